import { hasPending } from '../../lambdas/lead/mailbox.ts';
import type { Rules } from './rules.ts';
import { orderOfEvent, rules as realRules, timing, winner } from './rules.ts';
import type { Faults, State } from './state.ts';
import { firstOf } from './state.ts';
import type { Step } from './steps.ts';
import { stepsFrom } from './steps.ts';

/** How long after its time a lead may go: two scheduled ticks, the index's lag, a delay. */
const maxLateMs = 2 * timing.scheduledEveryMs + timing.indexLagMs + 1;

const isOver = ({ absorbers, dispatchers, working, item }: State): boolean =>
  absorbers.every(({ at }) => at === 'done') &&
  dispatchers.every(({ at }) => at === 'idle') &&
  working.length === 0 &&
  item !== undefined &&
  !hasPending(item.mailbox);

/** What is wrong with a state; `undefined`: nothing. */
const wrongIn = (state: State): string | undefined => {
  const { item, now, absorbers, value, dispatchers } = state;
  if (item) {
    const { mailbox, entry } = item;
    if (hasPending(mailbox) !== (entry !== undefined))
      return entry ? 'an entry outlives its content' : 'something is pending and has no entry';
    if (entry && entry.nextAt < (mailbox.lockedUntil ?? 0)) return 'it is due before its lock ends';
    if (entry && now - entry.nextAt > maxLateMs) return 'it is due for too long';
    for (const event of [0, 1] as const)
      if (
        absorbers[event].at === 'done' &&
        (mailbox.fields.Plan?.order ?? '') < orderOfEvent(event)
      )
        return 'an acknowledged event is lost';
  } else if (absorbers.some(({ at }) => at === 'done')) return 'an acknowledged event is lost';
  const owners = dispatchers.filter(
    (one) => one.at === 'waits' && one.snapshot.owner === item?.mailbox.owner,
  );
  if (owners.length > 1) return 'two calls own the lock';
  return isOver(state) && value !== winner ? `Marketo ended with ${String(value)}` : undefined;
};

/** What is wrong with a step. */
const wrongWith = (state: State, { then }: Step): string | undefined => {
  if (then.working.length <= state.working.length) return undefined;
  if (state.working.length > 0) return 'two calls at once';
  const { lastEndedAt = -Infinity } = state;
  return then.now - lastEndedAt < timing.lockMs ? 'two calls too close' : undefined;
};

interface Explored {
  readonly states: number;
  readonly steps: number;
  /** States in which all is done. */
  readonly ends: number;
  /** The longest that anything took. */
  readonly lastEndAt: number;
  /** The first thing that went wrong, and the steps that led there. */
  readonly wrong?: { readonly what: string; readonly path: readonly string[] };
}

/** Short names of states: the same for two that differ in who of the dispatchers is who. */
const createNames = () => {
  const texts = new Map<string, number>();
  const numbers = new WeakMap<object, number>();
  const numberOf = (part: object): number => {
    const known = numbers.get(part);
    if (known !== undefined) return known;
    const text = JSON.stringify(part);
    const number = texts.get(text) ?? texts.size;
    texts.set(text, number);
    numbers.set(part, number);
    return number;
  };
  return ({ item, shown, absorbers, dispatchers, working, ...rest }: State): string =>
    [
      item ? numberOf(item) : '',
      numberOf(shown),
      ...absorbers.map(numberOf),
      ...dispatchers.map(numberOf).sort((a, b) => a - b),
      ...working.map(numberOf),
      JSON.stringify(rest),
    ].join(' ');
};

/** Visits every state that these rules can lead to. */
export const explore = (faults: Faults, change: Partial<Rules> = {}): Explored => {
  const rules = { ...realRules, ...change };
  const first = firstOf(faults);
  const found: { readonly state: State; readonly from: number; readonly what: string }[] = [];
  const known = new Set<string>();
  const nameOf = createNames();
  let [steps, ends, lastEndAt] = [0, 0, 0];

  const visit = (state: State, from: number, what: string): void => {
    const name = nameOf(state);
    if (known.has(name)) return;
    known.add(name);
    found.push({ state, from, what });
  };
  const pathTo = (index: number, last: string): string[] => {
    const path = [last];
    for (let at = index; at > 0; at = found[at]?.from ?? 0) path.unshift(found[at]?.what ?? '');
    return path;
  };

  visit(first, 0, '');
  for (let index = 0; index < found.length; index += 1) {
    const { state } = found[index] ?? { state: first };
    const facts = () => ({ states: found.length, steps, ends, lastEndAt });
    const bad = wrongIn(state);
    if (bad !== undefined) return { ...facts(), wrong: { what: bad, path: pathTo(index, bad) } };
    if (isOver(state)) {
      ends += 1;
      lastEndAt = Math.max(lastEndAt, state.now);
      continue;
    }
    const next = stepsFrom(state, rules);
    if (next.length === 0) {
      const what = 'nothing can happen any more';
      return { ...facts(), wrong: { what, path: pathTo(index, what) } };
    }
    for (const step of next) {
      steps += 1;
      const what = wrongWith(state, step);
      if (what !== undefined)
        return { ...facts(), wrong: { what, path: [...pathTo(index, step.what), what] } };
      visit(step.then, index, step.what);
    }
  }
  return { states: found.length, steps, ends, lastEndAt };
};
