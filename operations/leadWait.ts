import { needAt } from '../lambdas/lead/mailbox.ts';
import type { Mailbox } from '../lambdas/lead/types.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import { leadTiming } from '../lambdas/limits.ts';
import type { Closed } from './budgetClosed.ts';
import { momentOf } from './summaryWords.ts';
import type { Told, ToldCall } from './views.ts';

/** What a lead with something to say waits for. */
export type Wait =
  /** Nothing: the next call takes it along. */
  | { readonly kind: 'now' }
  /** A call has it, or the next one will; `until` is its lease. */
  | { readonly kind: 'calling'; readonly until: EpochMs }
  /** Marketo is closed to all; `until` is when it may be this lead's turn. */
  | ({ readonly kind: 'closed' } & Closed)
  | { readonly kind: 'lock'; readonly until: EpochMs; readonly because?: string }
  /** A next try after this many, or its turn in the budget. */
  | {
      readonly kind: 'later';
      readonly until: EpochMs;
      readonly attempts: number;
      readonly because?: string;
    }
  /** Stands in line for the quota; its `notBefore` is a place and no time. */
  | { readonly kind: 'line' };

interface Around {
  readonly now: EpochMs;
  readonly closed?: Closed | undefined;
  /** Lines of this lead, latest first. */
  readonly timeline: readonly (Told | ToldCall)[];
}

/** The reason that the log gives for a wait until this moment. */
const reasonFor = (until: EpochMs, timeline: Around['timeline']): { because?: string } => {
  const told = timeline.find(
    (line) => line.kind === 'step' && line.step === 'waiting' && line.until === until,
  );
  return told?.because === undefined ? {} : { because: told.because };
};

/** Whether this is the place of a lead in line, and no time at which anything happens. */
export const isPlace = (need: EpochMs, now: EpochMs): boolean =>
  need - now > leadTiming.longestDelayMs;

const turnBehind = ({ until }: Closed, need: EpochMs, now: EpochMs): { until?: EpochMs } =>
  isPlace(need, now) || need <= (until ?? now) ? {} : { until: need };

/** Why a mailbox is not empty; `undefined` where it is. */
export const waitOf = (mailbox: Mailbox, { now, closed, timeline }: Around): Wait | undefined => {
  const need = needAt(mailbox);
  if (need === undefined) return undefined;
  const { owner, lockedUntil, attempts = 0, activities } = mailbox;
  if (owner !== undefined && lockedUntil !== undefined && lockedUntil > now)
    return { kind: 'calling', until: lockedUntil };
  if (closed) return { kind: 'closed', ...closed, ...turnBehind(closed, need, now) };
  if (need <= now) return { kind: 'now' };
  const reason = reasonFor(need, timeline);
  if (lockedUntil === need) return { kind: 'lock', until: need, ...reason };
  if (isPlace(need, now)) return { kind: 'line' };
  const tries = activities?.notBefore === need ? (activities.attempts ?? 0) : attempts;
  return { kind: 'later', until: need, attempts: tries, ...reason };
};

/** When a wait ends, where that is known. */
export const endOf = (wait: Wait | undefined): EpochMs | undefined =>
  wait && 'until' in wait && wait.kind !== 'calling' ? wait.until : undefined;

const after = (because: string | undefined): string =>
  because === undefined ? '' : `: ${because}`;

const laterText = ({ attempts, because }: Extract<Wait, { kind: 'later' }>): string => {
  if (attempts === 0) return because ?? 'Marketo’s calls are being spread so that the quota lasts';
  const tries = attempts === 1 ? 'a try that failed' : `${attempts} tries that failed`;
  return `after ${tries}${after(because)}`;
};

/** The reason of a wait, to be read behind "waits: ". */
export const reasonOf = (wait: Wait): string => {
  switch (wait.kind) {
    case 'now':
      return 'nothing holds this lead up, and the next call takes it along';
    case 'calling':
      return 'a call to Marketo is under way and not answered yet';
    case 'closed':
      return `Marketo cannot be used${after(wait.because)}; all leads wait`;
    case 'lock':
      return wait.because === undefined
        ? 'the lead is locked, since it may be called for once in 30 s'
        : `the last call brought it no further (${wait.because}), and the lead is locked for 30 s`;
    case 'later':
      return laterText(wait);
    case 'line':
      return 'this lead stands in line for Marketo’s quota of calls, until its turn comes';
  }
};

/** The same with when it ends. */
export const waitText = (wait: Wait, now: EpochMs): string => {
  const until = endOf(wait);
  if (until === undefined) return reasonOf(wait);
  if (until <= now) return `${reasonOf(wait)}; the next try is due now`;
  return `${reasonOf(wait)}; the next call is at ${momentOf(until, now)}`;
};
