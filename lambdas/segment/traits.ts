import { isObject, kindOf } from './json.ts';
import type { Json, JsonObject } from './event.ts';
import type { Problem } from './problem.ts';

/** Reads the fields of one message: null where absent or wrong; what is wrong collects in `problems`. */
export interface Fields {
  readonly problems: readonly Problem[];
  /** Text, or a number, which is read as text. An empty one counts as absent. */
  id(field: 'userId' | 'anonymousId' | 'groupId' | 'sessionId' | 'messageId'): string | null;
  object(field: 'traits' | 'properties'): JsonObject | null;
  /** What was tracked; must be there. */
  event(): string | null;
  /** The name of a page. */
  name(): string | null;
  /** Notes a problem that lies in more than one field's value. */
  wrong(field: string, code: string, what: string): null;
}

const isAbsent = (value: Json | undefined): value is null | undefined =>
  value === undefined || value === null;

/** `null` counts as absent in every field: some SDKs send `userId: null`. */
export const fieldsOf = (message: JsonObject): Fields => {
  const problems: Problem[] = [];
  const wrong = (field: string, code: string, what: string): null => {
    problems.push({ field, code, message: `${field} ${what}` });
    return null;
  };
  const text = (field: string, value: Json, code: string): string | null =>
    typeof value === 'string'
      ? value
      : wrong(field, code, `must be a string, not ${kindOf(value)}`);
  return {
    problems,
    wrong,
    id: (field) => {
      const value = message[field];
      if (isAbsent(value)) return null;
      if (typeof value === 'number') {
        // Rounded already where it is larger: two people could have become one.
        if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
        return wrong(field, 'id_not_exact', 'is a number beyond 2^53: send it as a string');
      }
      const id = text(field, value, 'id_not_string');
      return id?.trim() === '' ? null : id;
    },
    object: (field) => {
      const value = message[field];
      if (isAbsent(value) || isObject(value)) return value ?? null;
      return wrong(field, `${field}_not_object`, `must be an object, not ${kindOf(value)}`);
    },
    event: () => {
      const value = message.event;
      if (isAbsent(value) || value === '') {
        return wrong('event', 'event_not_defined', 'must name what happened');
      }
      return text('event', value, 'event_not_string');
    },
    name: () => {
      const value = message.name;
      return isAbsent(value) ? null : text('name', value, 'name_not_string');
    },
  };
};
