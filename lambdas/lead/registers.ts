import type { EpochMs } from '../segment/time.ts';
import type { Cookies, DigestOf, Field, Fields, Incoming } from './leadTypes.ts';
import { without } from './without.ts';

/** What became of one incoming value. */
export type FieldOutcome = 'absorbed' | 'superseded' | 'unchanged' | 'refused';

export interface AbsorbedFields {
  readonly fields: Fields;
  readonly outcomes: ReadonlyMap<string, FieldOutcome>;
  /** Pending values that a later one has taken the place of. */
  readonly replaced: readonly Incoming[];
}

export interface DescribedFields {
  readonly now: EpochMs;
  /** A value that Marketo got less than this ago is not sent again. */
  readonly resendUnchangedAfterMs: number;
  /** Whether a field's unchanged value is never sent again, however long ago Marketo got it. */
  readonly isSentOnce?: ((name: string) => boolean) | undefined;
  readonly digestOf: DigestOf;
}

export const isPending = (field: Field): boolean => field.value !== undefined;

const write = (
  current: Field | undefined,
  { name, value, order, source }: Incoming,
  { now, resendUnchangedAfterMs, isSentOnce, digestOf }: DescribedFields,
): [Field, FieldOutcome] => {
  const by = source === undefined ? {} : { source };
  if (current === undefined) return [{ order, value, ...by }, 'absorbed'];
  if (current.order > order) return [current, 'superseded'];
  const digest = digestOf(value);
  // Equal order is the same event again: it changes nothing and is what it was.
  if (current.order === order) {
    if (isPending(current) || current.aside?.isWaiting) return [current, 'absorbed'];
    const isQuiet = current.digest === digest || current.aside?.isOptional;
    return [current, isQuiet ? 'unchanged' : 'refused'];
  }
  const { digest: sent, sentAt, aside: rejection } = current;
  // What was sent and what was refused is remembered beside a newer value, which may be taken back.
  const memory = {
    ...without(current, 'order', 'value', 'attempts', 'source'),
    // Only the last word counts as repeated.
    ...(rejection && { aside: without(rejection, 'repeated') }),
  };
  if (rejection?.digest === digest && (rejection.until === undefined || now < rejection.until)) {
    const again =
      rejection.value !== undefined ? { order } : rejection.isOptional ? {} : { repeated: value };
    return [
      { order, ...memory, aside: { ...rejection, ...again } },
      rejection.isOptional ? 'unchanged' : 'refused',
    ];
  }
  const isRecent = sentAt !== undefined && now - sentAt < resendUnchangedAfterMs;
  if (sent === digest && (isRecent || isSentOnce?.(name)))
    return [{ order, ...memory }, 'unchanged'];
  return [{ order, value, ...by, ...memory }, 'absorbed'];
};

/**
 * Absorbs values into registers. Commutative, associative and idempotent in the resulting registers:
 * each depends only on what it was and on the incoming value with the highest order.
 */
export const absorbFields = (
  fields: Fields,
  incoming: readonly Incoming[],
  described: DescribedFields,
): AbsorbedFields => {
  const next = new Map(Object.entries(fields));
  const outcomes = new Map<string, FieldOutcome>();
  const replaced: Incoming[] = [];
  for (const one of incoming) {
    const current = next.get(one.name);
    const [field, outcome] = write(current, one, described);
    if (current?.value !== undefined && current.order < field.order)
      replaced.push({ name: one.name, value: current.value, order: current.order });
    next.set(one.name, field);
    outcomes.set(one.name, outcome);
  }
  return { fields: Object.fromEntries(next), outcomes, replaced };
};

/** Each register changed by `change`; safe for a trait that is called `__proto__`. */
export const mapFields = (fields: Fields, change: (field: Field, name: string) => Field): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, change(field, name)]));

/** Adds cookies; of one that is known, the later order and what Marketo knows of it stay. */
export const absorbCookies = (cookies: Cookies, incoming: Cookies): Cookies => {
  const next = { ...cookies };
  for (const [token, cookie] of Object.entries(incoming)) {
    const current = next[token];
    if (current === undefined) next[token] = cookie;
    else if (cookie.order > current.order) next[token] = { ...current, order: cookie.order };
  }
  return next;
};

/** Whether its value waits until Marketo has said which fields it has. */
export const waitsForDescription = ({ order, value, aside: rejection }: Field): boolean =>
  // A later value that counted as unchanged, or is pending itself, has taken its place.
  rejection?.isWaiting === true && rejection.order === order && value === undefined;

/** When the earliest value is looked at again that waits for Marketo's description of fields. */
export const waitsUntil = (fields: Fields): EpochMs | undefined => {
  let earliest: EpochMs | undefined;
  for (const field of Object.values(fields)) {
    if (!waitsForDescription(field)) continue;
    const { until } = field.aside ?? {};
    if (until !== undefined && (earliest === undefined || until < earliest)) earliest = until;
  }
  return earliest;
};

/** The same with values that wait until Marketo has said which fields it has. */
export const unsentOf = (fields: Fields): Incoming[] =>
  Object.entries(fields).flatMap(([name, field]) => {
    const { order, value, aside: rejection, source } = field;
    const unsent = waitsForDescription(field) ? rejection?.value : value;
    return unsent === undefined ? [] : [{ name, order, value: unsent, ...(source && { source }) }];
  });

/** The held or pending values of registers, as an event would bring them. */
export const valuesOf = (fields: Fields): Incoming[] =>
  Object.entries(fields).flatMap(([name, { order, value, source }]) =>
    value === undefined ? [] : [{ name, order, value, ...(source && { source }) }],
  );
