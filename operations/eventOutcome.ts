import { userDeleted } from '../lambdas/lead/erasure.ts';
import { withoutConsent } from '../lambdas/segment/consent.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import type { Trace } from './eventTrace.ts';
import type { DeadView, Told } from './views.ts';

/**
 * What became of an event, in one word. Of one with several outcomes: what still waits, then what went
 * wrong, then what went well.
 */
export type Outcome =
  /** On the events queue, as far as anybody knows, or on its queue again; `because`: why again. */
  | { readonly kind: 'queued'; readonly because?: string }
  /** Ingest took no part of it. */
  | { readonly kind: 'refused by ingest'; readonly because?: string }
  | { readonly kind: 'waiting'; readonly visit?: Told }
  | { readonly kind: 'held' }
  /** `isGone`: it was resent, dropped or deleted with its user. */
  | { readonly kind: 'dead'; readonly because: string; readonly isGone: boolean }
  | { readonly kind: 'delivered'; readonly at?: EpochMs }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'unchanged'; readonly because?: string }
  | { readonly kind: 'superseded'; readonly because?: string }
  | { readonly kind: 'dropped'; readonly because?: string }
  /** An order to delete a user. */
  | { readonly kind: 'carried out'; readonly because: string };

const lastOf = (steps: readonly Told[], ...wanted: readonly Told['step'][]): Told | undefined =>
  steps.findLast(({ step }) => wanted.includes(step));

/**
 * The last line about the visit of an event, where it has one. It names no field and came of no call;
 * unlike a line about an activity it has its messageId, if that may stand in the log at all.
 */
const visitIn = (steps: readonly Told[], { isActivityDone }: Trace): Told | undefined => {
  const isIdHidden = steps.every(({ messageId }) => messageId === undefined);
  const about = steps.filter(
    ({ fields, call, messageId }) =>
      fields === undefined &&
      call === undefined &&
      (messageId !== undefined || (isIdHidden && !isActivityDone)),
  );
  return lastOf(about, 'waiting', 'visited', 'dead', 'superseded');
};

/** Of a lead, values are refused, or a cookie; ingest knows no lead. */
const isAtDoor = ({ step, lead }: Told): boolean => step === 'refused' && lead === undefined;

const reasonIn = (told: Told): { because?: string } =>
  told.because === undefined ? {} : { because: told.because };

const deliveredIn = (steps: readonly Told[], trace: Trace): Outcome | undefined => {
  const told = lastOf(steps, 'synced', 'visited');
  if (told) return { kind: 'delivered', at: told.at };
  const said = new Set(
    steps.flatMap(({ step, fields = [] }) => (step === 'unchanged' ? fields : [])),
  );
  const isSent = trace.isActivityDone || trace.sent.some((name) => !said.has(name));
  return isSent ? { kind: 'delivered' } : undefined;
};

/** Consent was refused: whatever else became of an event, nothing of it goes to Marketo from then on. */
const refusalIn = (steps: readonly Told[]): Told | undefined =>
  steps.findLast(({ step, because }) => step === 'dropped' && because === withoutConsent);

/** What a line says that nothing came after. */
const ending = (steps: readonly Told[]): Outcome | undefined => {
  const told =
    lastOf(steps, 'unchanged') ?? lastOf(steps, 'superseded') ?? lastOf(steps, 'dropped');
  if (told === undefined) return undefined;
  return { kind: told.step as 'unchanged' | 'superseded' | 'dropped', ...reasonIn(told) };
};

/** Where nothing has ended: on a queue, unless ingest is as far as it came. */
const beginning = (steps: readonly Told[]): Outcome => {
  const refusal = steps.findLast(isAtDoor);
  return refusal && !lastOf(steps, 'queued')
    ? { kind: 'refused by ingest', ...reasonIn(refusal) }
    : { kind: 'queued' };
};

/** A later value stands where this event's did, and the worker's lines of that were lost. */
const overwritten = 'a later event has taken its place';

/** What has ended, as its lines tell it; `undefined` where none does. */
const endIn = (steps: readonly Told[], trace: Trace): Outcome | undefined => {
  const delivered = deliveredIn(steps, trace);
  if (delivered) return delivered;
  const refusal = refusalIn(steps);
  if (refusal) return { kind: 'dropped', ...reasonIn(refusal) };
  const isRefused = steps.some((told) => told.step === 'refused' && !isAtDoor(told));
  if (trace.aside.length > 0 || isRefused) return { kind: 'rejected' };
  const end = ending(steps);
  if (end) return end;
  const absorbed = lastOf(steps, 'absorbed', 'held');
  if (absorbed?.because?.startsWith(userDeleted))
    return { kind: 'carried out', because: absorbed.because };
  return absorbed && { kind: 'superseded', because: overwritten };
};

/**
 * What became of an event, from its lines (earliest first), what the items still have of it and the
 * dead letters that it is in. The items tell what waits; what has ended only the lines tell.
 */
export const outcomeOf = (
  steps: readonly Told[],
  trace: Trace,
  dead: readonly DeadView[],
): Outcome => {
  const visit = visitIn(steps, trace);
  if (trace.waiting) return { kind: 'waiting' };
  if (visit?.step === 'waiting') return { kind: 'waiting', visit };
  if (trace.holder) return { kind: 'held' };
  const [deadLetter] = dead;
  if (deadLetter) return { kind: 'dead', because: deadLetter.because, isGone: false };
  // A dead letter that is not there any more may have been resent.
  const death = lastOf(steps, 'dead');
  const since = death ? steps.slice(steps.indexOf(death) + 1) : steps;
  const latest = since.at(-1);
  if (death && latest?.step === 'queued') return { kind: 'queued', ...reasonIn(latest) };
  const end = death && since.length === 0 ? undefined : endIn(since, trace);
  if (end) return end;
  if (death === undefined) return beginning(steps);
  return { kind: 'dead', because: death.because ?? 'no reason was given', isGone: true };
};

/** Whether nothing more happens to the event by itself. */
export const isOver = ({ kind }: Outcome): boolean =>
  kind !== 'queued' && kind !== 'waiting' && kind !== 'held';
