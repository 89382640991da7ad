import type { LeadVerdict } from '../lead/settle.ts';
import type { ActivityVerdict } from '../lead/leadVerdicts.ts';
import type { Mailbox } from '../lead/leadTypes.ts';
import { without } from '../lead/without.ts';
import { marketoLimits } from '../limits.ts';
import type { LeadTiming } from '../limits.ts';
import type { CallAnswer, Verdict } from '../marketo/marketoTypes.ts';
import type { EpochMs } from '../segment/time.ts';

/** What a verdict needs to be told of its call to speak to one lead. */
interface CallFacts {
  /** The verdict is this lead's alone. */
  readonly own: boolean;
  /** The names of all fields that the call carried. */
  readonly sent: ReadonlySet<string>;
  /** Whether a bounded attempt counts against the lead. */
  readonly counts: boolean;
  /** Marketo took an activity of this call, so that it can be trusted when it refuses another. */
  readonly adds: Adds;
  readonly unknownFields: 'skip' | 'fail';
}

const missing: Verdict = {
  kind: 'retry',
  because: 'Marketo answered for fewer leads than it was asked',
};

/** A trouble that all activities or relations have must not give them up, but each ends at some time. */
const unproven = (verdict: ActivityVerdict): ActivityVerdict =>
  verdict.kind === 'retry' && verdict.attempts !== undefined
    ? { ...verdict, attempts: marketoLimits.unprovenAttempts }
    : verdict;

/** Whether Marketo took any activity, or any relation, of the call. */
interface Adds {
  readonly activities: boolean;
  readonly relations: boolean;
}

export const addsIn = (verdicts: readonly Verdict[]): Adds => {
  const isAny = (part: keyof Adds): boolean =>
    verdicts.some(
      (one) => one.kind === 'synced' && one[part]?.some(({ kind }) => kind === 'added'),
    );
  return { activities: isAny('activities'), relations: isAny('relations') };
};

/** A verdict of Marketo's answer as one lead of the call takes it. */
export const forLead = (verdict: Verdict = missing, facts: CallFacts): LeadVerdict => {
  const { foundId } = verdict;
  return { ...ofLead(verdict, facts), ...(foundId !== undefined && { foundId }) };
};

const ofLead = (
  verdict: Verdict,
  { own, sent, counts, adds, unknownFields }: CallFacts,
): LeadVerdict => {
  switch (verdict.kind) {
    case 'unavailable':
      return verdict;
    case 'synced':
      return {
        ...verdict,
        ...(verdict.activities &&
          !adds.activities && { activities: verdict.activities.map(unproven) }),
        ...(verdict.relations && !adds.relations && { relations: verdict.relations.map(unproven) }),
      };
    case 'retry':
      // A shared call is halved all the same: else one lead could hold up all its company.
      return { ...(own && !counts ? without(verdict, 'attempts') : verdict), own };
    case 'refused':
      return { ...verdict, own };
    case 'field-refused':
      // Remembered by now, the field fails its updates before they go.
      if (verdict.unknown && unknownFields === 'fail')
        return { kind: 'retry', because: verdict.because, own };
      // A refusal of a field that nobody sent would come back for ever.
      return verdict.fields.some((name) => sent.has(name))
        ? verdict
        : { kind: 'refused', because: verdict.because, own };
  }
};

/** Answers whose code stands in no table of ours; one for a call that was answered as a whole. */
export const unknownCodesIn = (answer: CallAnswer): number =>
  ('whole' in answer ? [answer.whole] : answer.each)
    .flatMap((verdict) => [
      verdict,
      ...(('activities' in verdict && verdict.activities) || []),
      ...(('relations' in verdict && verdict.relations) || []),
    ])
    .filter((verdict) => verdict.kind === 'retry' && verdict.isUnknownCode).length;

/**
 * Whether a bounded attempt counts against a lead, by its mailbox as it was before the lock: only if
 * Marketo synced somebody since the lead's last call ended, or else a trouble that everybody has would
 * give up whoever is pending. After very many tries it counts anyhow, so that each ends at some time.
 */
export const doesCount = (
  mailbox: Pick<Mailbox, 'attempts' | 'lockedUntil'> | undefined,
  syncedAt: EpochMs | undefined,
  now: EpochMs,
  { lockMs, backoffLongestMs }: Pick<LeadTiming, 'lockMs' | 'backoffLongestMs'>,
): boolean => {
  const { attempts = 0, lockedUntil = 0 } = mailbox ?? {};
  if (attempts >= marketoLimits.unprovenAttempts) return true;
  // Where no lock tells, the longest that lies between two tries.
  const since = Math.max(lockedUntil - lockMs, now - backoffLongestMs - lockMs);
  return syncedAt !== undefined && syncedAt > since;
};
