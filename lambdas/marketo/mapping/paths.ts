import { identityOf } from '../../segment/eventIdentity.ts';
import { isObject } from '../../segment/json.ts';
import { rememberedLooseKey as looseKey } from '../../segment/looseKeyMemo.ts';
import type { Json, JsonObject, QueuedEvent } from '../../segment/event.ts';

/** What a path may name by itself. `email` is the e-mail that names the lead, wherever it stands. */
const values: Readonly<Record<string, (event: QueuedEvent) => Json | undefined>> = {
  type: ({ type }) => type,
  event: ({ event }) => event,
  name: ({ name }) => name,
  groupId: ({ groupId }) => groupId,
  userId: ({ userId }) => userId,
  anonymousId: ({ anonymousId }) => anonymousId,
  messageId: ({ messageId }) => messageId,
  email: (event) => identityOf(event).email,
  timestamp: ({ timestamp }) => new Date(timestamp).toISOString(),
  receivedAt: ({ receivedAt }) => new Date(receivedAt).toISOString(),
};

/** What a path goes on from. */
const objects: Readonly<Record<string, (event: QueuedEvent) => Json | undefined>> = {
  traits: ({ traits }) => traits,
  properties: ({ properties }) => properties,
  context: ({ context }) => context,
  integrations: ({ integrations }) => integrations,
};

/** What a path may begin with. */
export const valueRoots: readonly string[] = Object.keys(values);
export const objectRoots: readonly string[] = Object.keys(objects);

/** `traits.plan` → `['traits', 'plan']`; a root alone has no rest. */
export const pathPartsOf = (path: string): readonly [root: string, rest?: string] => {
  const dot = path.indexOf('.');
  return dot < 0 ? [path] : [path.slice(0, dot), path.slice(dot + 1)];
};

/** Whether an event could have something at this path. */
export const isPath = (path: string): boolean => {
  const [root, rest] = pathPartsOf(path);
  return rest === undefined
    ? valueRoots.includes(root) || objectRoots.includes(root)
    : objectRoots.includes(root) && !/^\.|\.\.|\.$/.test(rest) && rest.trim() !== '';
};

/**
 * One event, as many rules look into it: the loosely compared names of each object are made ready
 * once, when the first path misses its exact spelling.
 */
export class EventView {
  readonly event: QueuedEvent;
  #loose: Map<JsonObject, ReadonlyMap<string, Json>> | undefined;

  constructor(event: QueuedEvent) {
    this.event = event;
  }

  /** The value under a name: exactly spelled, else loosely equal; of several, the first by code units. */
  get(object: JsonObject, name: string, loose: string): Json | undefined {
    if (Object.hasOwn(object, name)) return object[name];
    this.#loose ??= new Map();
    let names = this.#loose.get(object);
    if (names === undefined) {
      const made = new Map<string, Json>();
      for (const [key, value] of Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
        if (!made.has(looseKey(key))) made.set(looseKey(key), value);
      this.#loose.set(object, made);
      names = made;
    }
    return names.get(loose);
  }
}

/** Reads one place of an event; undefined where there is nothing. */
export type PathReader = (view: EventView) => Json | undefined;

type Step = (value: Json | undefined, view: EventView) => Json | undefined;

/** A key that is spelled with dots, else step by step; in lists by number. */
const stepsOf = (path: string): Step => {
  const whole = looseKey(path);
  const [first, rest] = pathPartsOf(path);
  const loose = looseKey(first);
  const place = /^\d+$/.test(first) ? Number(first) : undefined;
  const next = rest === undefined ? undefined : stepsOf(rest);
  return (value, view) => {
    if (isObject(value)) {
      const found = view.get(value, path, whole);
      if (found !== undefined || next === undefined) return found;
      return next(view.get(value, first, loose), view);
    }
    if (place === undefined || !Array.isArray(value)) return undefined;
    const item = (value as readonly Json[])[place];
    return next === undefined ? item : next(item, view);
  };
};

/** A path, made ready. Names are compared as those of traits are. */
export const readerOf = (path: string): PathReader => {
  const [root, rest] = pathPartsOf(path);
  const value = values[root] ?? objects[root];
  if (value === undefined) return () => undefined;
  if (rest === undefined) return ({ event }) => value(event);
  const steps = stepsOf(rest);
  return (view) => steps(value(view.event), view);
};
