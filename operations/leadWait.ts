import { nextAtOf } from '../lambdas/lead/schedule.ts';
import type { Mailbox } from '../lambdas/lead/leadTypes.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import { isImportOwner } from '../lambdas/store/importStore.ts';
import type { Closed } from './budgetClosed.ts';
import { momentOf } from './summaryWords.ts';
import type { Told, ToldCall } from './views.ts';

/** What a lead with something to say waits for. */
export type Wait =
  /** Nothing: the next call takes it along. */
  | { readonly kind: 'now' }
  /** A call has it, or the next one will; `until` is its lease. `isImport`: a bulk import has it. */
  | { readonly kind: 'calling'; readonly until: EpochMs; readonly isImport?: true }
  /** Marketo is closed to all; `until` is when it may be this lead's turn. */
  | ({ readonly kind: 'closed' } & Closed)
  | { readonly kind: 'lock'; readonly until: EpochMs; readonly because?: string }
  /** Its turn has come, and the calls of the day are being spread. */
  | { readonly kind: 'pace'; readonly until: EpochMs }
  /** A next try after this many. */
  | {
      readonly kind: 'later';
      readonly until: EpochMs;
      readonly attempts: number;
      readonly because?: string;
    };

interface Around {
  readonly now: EpochMs;
  readonly closed?: Closed | undefined;
  /** When the day's pace lets the next call go. */
  readonly nextCallAt: EpochMs;
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

/** Why a mailbox is not empty; `undefined` where it is. */
export const waitOf = (
  mailbox: Mailbox,
  { now, closed, nextCallAt, timeline }: Around,
): Wait | undefined => {
  const need = nextAtOf(mailbox);
  if (need === undefined) return undefined;
  const { owner, lockedUntil, attempts = 0, activities } = mailbox;
  if (owner !== undefined && lockedUntil !== undefined && lockedUntil > now)
    return {
      kind: 'calling',
      until: lockedUntil,
      ...(isImportOwner(owner) && { isImport: true }),
    };
  if (closed)
    return { kind: 'closed', ...closed, ...(need > (closed.until ?? now) && { until: need }) };
  if (need <= now) return nextCallAt > now ? { kind: 'pace', until: nextCallAt } : { kind: 'now' };
  const reason = reasonFor(need, timeline);
  if (lockedUntil === need) return { kind: 'lock', until: need, ...reason };
  const tries = activities?.retryAt === need ? (activities.attempts ?? 0) : attempts;
  return { kind: 'later', until: need, attempts: tries, ...reason };
};

/** When a wait ends, where that is known. */
export const endOf = (wait: Wait | undefined): EpochMs | undefined =>
  wait && 'until' in wait && wait.kind !== 'calling' ? wait.until : undefined;

const reasonText = (because: string | undefined): string =>
  because === undefined ? '' : ` (${because})`;

const laterText = ({ attempts, because }: Extract<Wait, { kind: 'later' }>): string => {
  if (attempts === 0) return because ?? 'Marketo is asked first which fields it has';
  const tries = attempts === 1 ? 'one try' : `${attempts} tries`;
  return `${tries} failed${reasonText(because)}`;
};

/** The reason of a wait, to be read behind "waits: ". */
export const reasonOf = (wait: Wait): string => {
  switch (wait.kind) {
    case 'now':
      return 'nothing holds this lead up, and the next call takes it along';
    case 'calling':
      return wait.isImport
        ? 'it is in a bulk import, which Marketo works on'
        : 'a call to Marketo is under way and not answered yet';
    case 'closed':
      return `Marketo cannot be used${reasonText(wait.because)}, and all leads wait`;
    case 'lock':
      return wait.because === undefined
        ? 'the lead is locked, since it may be called for once in 30 s'
        : `the last call brought it no further (${wait.because}), and the lead is locked for 30 s`;
    case 'pace':
      return 'Marketo’s calls are being spread so that the quota lasts';
    case 'later':
      return laterText(wait);
  }
};

/** The same with when it ends. */
export const waitText = (wait: Wait, now: EpochMs): string => {
  const until = endOf(wait);
  if (until === undefined) return reasonOf(wait);
  if (until <= now) return `${reasonOf(wait)}; the next try is due now`;
  return `${reasonOf(wait)}; the next call is at ${momentOf(until, now)}`;
};
