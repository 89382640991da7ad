import type { SequenceKey } from '../segment/order.ts';
import type { Incoming, Narrowing } from './leadTypes.ts';

/*
 * Marketo refused a whole lead and named no value of ours. Somewhere among the suspects stands a value
 * that it does not take. Each call sends half of them, until one is refused that went alone:
 *
 *   all refused ─▶ first half ─┬─ refused ─▶ its first half … ─▶ one alone, refused ─▶ that one, if the
 *                              └─ taken ───▶ the other half …                          key alone is taken
 *
 * For one bad value among n these are at most log2(n) + 2 calls. Only a lead whose key alone is refused
 * is given up as a whole.
 *
 * A failure without a reason may be an outage, which must not cost a good value. So a value that fails
 * alone is blamed only if the key alone is taken after it, and the value fails alone once more. A failure
 * counts only if other leads were synced since the call before, so one outage brings at most one of the two.
 */

/** The field that is the lead's key goes with every call. */
const key = 'Email';

/** The names of fields that a call may leave out. */
const narrowable = (fields: readonly Pick<Incoming, 'name'>[]): string[] =>
  fields.map(({ name }) => name).filter((name) => name !== key);

/** Those of the pending fields that the next call sends. */
export const trialOf = (
  narrowing: Narrowing | undefined,
  pending: readonly Incoming[],
): readonly Incoming[] => {
  if (narrowing === undefined) return pending;
  const { refusedAlone } = narrowing;
  const waiting = new Set(narrowable(pending));
  const suspects = narrowing.suspects.filter((name) => waiting.has(name));
  // Superseded or deleted meanwhile: nobody is suspected any more.
  if (suspects.length === 0) return pending;
  const half = suspects.slice(0, Math.ceil(suspects.length / 2));
  const names = new Set([key, ...(refusedAlone === undefined ? half : [])]);
  return pending.filter(({ name }) => names.has(name));
};

/** How it goes on after a call: with fewer suspects, with the one that is to blame, or at its end. */
export type Narrowed =
  | { readonly kind: 'narrowed'; readonly narrowing: Narrowing }
  /** This field, if its value is still that of this order, for the reason for which it was refused alone. */
  | {
      readonly kind: 'blamed';
      readonly name: string;
      readonly order: SequenceKey;
      readonly because: string;
    }
  /** The lead itself is refused. */
  | { readonly kind: 'lead' }
  /** Whatever was refused is not there any more. */
  | { readonly kind: 'over' };

/** Whether something of what was sent may be to blame. */
export const hasSuspects = (sent: readonly Incoming[]): boolean => narrowable(sent).length > 0;

/** After a refusal, for this reason, that names nothing of what was sent; `mayPass`: it is a failure. */
export const afterRefusal = (
  narrowing: Narrowing | undefined,
  sent: readonly Incoming[],
  because: string,
  mayPass = false,
): Narrowed => {
  const names = narrowable(sent);
  const [name, ...others] = names;
  if (name === undefined) return { kind: 'lead' };
  const known = narrowing?.isKeyGood ? { isKeyGood: true as const } : {};
  if (others.length > 0) return { kind: 'narrowed', narrowing: { suspects: names, ...known } };
  const order = sent.find((one) => one.name === name)?.order;
  if (order === undefined) return { kind: 'over' };
  const isOnce = mayPass && narrowing?.failedOnce !== order;
  if (narrowing?.isKeyGood && !isOnce) return { kind: 'blamed', name, order, because };
  const refusedAlone = { order, because, ...(isOnce && { mayPass: true as const }) };
  return { kind: 'narrowed', narrowing: { suspects: [name], refusedAlone } };
};

/** After a call that Marketo took. */
export const afterSuccess = (narrowing: Narrowing, sent: readonly Incoming[]): Narrowed => {
  const { suspects, refusedAlone } = narrowing;
  const [name] = suspects;
  if (refusedAlone !== undefined && name !== undefined) {
    const { mayPass, order, because } = refusedAlone;
    return mayPass
      ? { kind: 'narrowed', narrowing: { suspects, isKeyGood: true, failedOnce: order } }
      : { kind: 'blamed', name, order, because };
  }
  const taken = new Set(narrowable(sent));
  const left = suspects.filter((one) => !taken.has(one));
  return left.length === 0
    ? { kind: 'over' }
    : { kind: 'narrowed', narrowing: { suspects: left, isKeyGood: true } };
};
