import type { Order } from '../segment/order.ts';
import type { Incoming, Narrowing } from './types.ts';

/*
 * Marketo refused a whole lead and named no value of ours. Somewhere among the suspects stands a value
 * that it does not take. Each call sends half of them, until one is refused that went alone:
 *
 *   all refused ─▶ first half ─┬─ refused ─▶ its first half … ─▶ one alone, refused ─▶ that one, if the
 *                              └─ taken ───▶ the other half …                          key alone is taken
 *
 * For one bad value among n these are at most log2(n) + 2 calls. Only a lead whose key alone is refused
 * is given up as a whole.
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
      readonly order: Order;
      readonly because: string;
    }
  /** The lead itself is refused. */
  | { readonly kind: 'lead' }
  /** Whatever was refused is not there any more. */
  | { readonly kind: 'over' };

/** After a refusal, for this reason, that names nothing of what was sent. */
export const afterRefusal = (
  narrowing: Narrowing | undefined,
  sent: readonly Incoming[],
  because: string,
): Narrowed => {
  const names = narrowable(sent);
  const [name, ...others] = names;
  if (name === undefined) return { kind: 'lead' };
  const known = narrowing?.isKeyGood ? { isKeyGood: true as const } : {};
  if (others.length > 0) return { kind: 'narrowed', narrowing: { suspects: names, ...known } };
  const order = sent.find((one) => one.name === name)?.order;
  if (order === undefined) return { kind: 'over' };
  return narrowing?.isKeyGood
    ? { kind: 'blamed', name, order, because }
    : { kind: 'narrowed', narrowing: { suspects: [name], refusedAlone: { order, because } } };
};

/** After a call that Marketo took. */
export const afterSuccess = (narrowing: Narrowing, sent: readonly Incoming[]): Narrowed => {
  const { suspects, refusedAlone } = narrowing;
  const [name] = suspects;
  if (refusedAlone !== undefined && name !== undefined)
    return { kind: 'blamed', name, ...refusedAlone };
  const taken = new Set(narrowable(sent));
  const left = suspects.filter((one) => !taken.has(one));
  return left.length === 0
    ? { kind: 'over' }
    : { kind: 'narrowed', narrowing: { suspects: left, isKeyGood: true } };
};
