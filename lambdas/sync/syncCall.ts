import type { CallLine, Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { LeadVerdict } from '../lead/settle.ts';
import type { LeadId } from '../lead/types.ts';
import type { Answer, Unavailable, Update, Verdict } from '../marketo/types.ts';
import type { Clock, MarketoLeads, Metrics } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';
import type { Budget, Slots } from './budget.ts';
import { verdictsOf } from './callLine.ts';
import type { Candidate } from './candidates.ts';
import { concurrently } from '../concurrently.ts';
import type { FieldKnowledge, FieldsToSend } from './fieldKnowledge.ts';
import type { Locked, Locks } from './locks.ts';
import type { Settlements } from './settlements.ts';
import { addsActivities, doesCount, forLead, unknownCodesIn } from './verdicts.ts';
import type { SharedWindow } from './circuitBreaker.ts';

interface SyncCallPorts {
  readonly api: CallLine['api'];
  readonly marketo: MarketoLeads;
  readonly locks: Locks;
  readonly settlements: Settlements;
  readonly window: SharedWindow;
  readonly budget: Budget;
  readonly fields: FieldKnowledge;
  readonly clock: Clock;
  readonly newOwner: () => string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly unknownFields: 'skip' | 'fail';
  readonly timing: LeadTiming;
}

/** What a call is made of: its leads as they were read, and as they were planned. */
interface Planned {
  readonly going: readonly Candidate[];
  readonly updates: readonly Update[];
  /** Taken before any lock, one for each request. */
  readonly slots: Slots;
}

/**
 * One Marketo call: take the locks that are free, call, settle each. A lead whose table or queue
 * fails goes to `onFailure` and costs no other lead anything. Resolves to whether a call was made.
 */
export const createSyncCall = (ports: SyncCallPorts) => {
  const { marketo, locks, settlements, window, budget, fields } = ports;
  const { api, clock, newOwner, logger, metrics, unknownFields, timing } = ports;

  /** Draws the consequences for all leads. */
  const passOn = async (answer: Answer, verdicts: readonly Verdict[]): Promise<Passed> => {
    const unknown = verdicts.flatMap((verdict) =>
      verdict.kind === 'field-refused' && verdict.unknown ? verdict.fields : [],
    );
    if (unknown.length > 0) await fields.remember([...new Set(unknown)]);
    const later = 'whole' in answer ? undefined : answer.unavailable;
    const closing = [...verdicts, later].find(closes);
    if (closing?.isDayUsedUp) await budget.exhausted();
    const isSynced = verdicts.some(({ kind }) => kind === 'synced');
    if (closing)
      return {
        comeBack: await window.close(closing.because),
        ...(isSynced && { syncedAt: clock.now() }),
      };
    const soon = epochMs(clock.now() + timing.lateLockMs);
    // Where nothing was sent, nothing was heard of Marketo either.
    const isSilent = verdicts.every((one) => one.kind === 'unavailable' && one.isUnsent);
    return { comeBack: () => soon, ...(!isSilent && { syncedAt: await window.open(isSynced) }) };
  };

  /** What the answer means for each lead. What all leads share may fail; their own settling goes on. */
  const decide = async (
    answer: Answer,
    locked: readonly Locked[],
    going: readonly Candidate[],
  ): Promise<readonly LeadVerdict[]> => {
    const verdicts = 'whole' in answer ? locked.map(() => answer.whole) : answer.each;
    const passed = await passOn(answer, verdicts).catch((error: unknown): Passed => {
      logger.error('what this answer means for all leads is not written down', {
        error: errorName(error),
      });
      return { comeBack: () => epochMs(clock.now() + timing.probeFirstMs) };
    });
    const { comeBack, syncedAt } = passed;
    const before = new Map(going.map(({ lead, loaded }) => [lead, loaded.state]));
    const unknownCodes = unknownCodesIn(answer);
    if (unknownCodes > 0) metrics.count('UnknownCodes', unknownCodes);
    const adds = addsActivities(verdicts);
    const own = !('whole' in answer) || locked.length === 1;
    const sent = new Set(locked.flatMap(({ snapshot }) => snapshot.fields.map(({ name }) => name)));
    return locked.map(({ lead }, index) => {
      const counts = doesCount(before.get(lead), syncedAt, clock.now(), timing);
      return forLead(verdicts[index], { own, sent, comeBack, unknownFields, counts, adds });
    });
  };

  return async (
    { going, updates, slots }: Planned,
    onFailure: (lead: LeadId, error: unknown) => void,
  ): Promise<boolean> => {
    const at = clock.now();
    const owner = newOwner();
    const planOf = new Map(updates.map((update) => [update.lead, update]));
    const known = await fields.known();
    const failed = ({ lead }: { readonly lead: LeadId }, error: unknown): void => {
      onFailure(lead, error);
    };
    const taken = await concurrently(
      going,
      (one) => locks(one, planOf.get(one.lead) ?? {}, { owner, at, known }),
      failed,
    );
    const locked = taken.filter((one) => one !== undefined);
    if (locked.length === 0) return false;
    const deadline = epochMs(at + timing.callTimeoutMs);
    // Marketo may work on a request for long after we stop waiting; begun late, it would outlive the
    // lease. These locks are given back instead.
    const startedAt = clock.now();
    const isLate = deadline - startedAt < timing.marketoWorksMs;
    const answer = isLate
      ? undefined
      : await marketo.sync(
          locked.map((one) => updateOf(one, known)),
          deadline,
          slots.mayStart,
        );
    const now = clock.now();
    const unsent = answer === undefined ? tooLate(now, timing) : outOfSlots(slots);
    const verdicts =
      answer && !unsent ? await decide(answer, locked, going) : locked.map(() => unsent);
    const settling = locked.flatMap((one, index) => {
      const verdict = verdicts[index];
      return verdict ? [{ ...one, verdict }] : [];
    });
    const leads = locked.length;
    if (unsent && answer) metrics.count('BudgetWaits', leads);
    if (!unsent)
      logger.call({
        call: owner,
        api,
        about: 'leads',
        leads,
        requests: slots.started(),
        tookMs: now - startedAt,
        ...verdictsOf(settling.map(({ verdict }) => verdict)),
      });
    const call = unsent ? {} : { call: owner };
    await concurrently(
      settling,
      ({ verdict, ...one }) => settlements(one, verdict, { now, callSize: leads, ...call }),
      failed,
    );
    return unsent === undefined;
  };
};

/** What Marketo's being closed to one means for all; a request that was not sent says nothing of it. */
const closes = (verdict: Verdict | undefined): verdict is Unavailable =>
  verdict?.kind === 'unavailable' && !verdict.isUnsent;

/** What an answer meant for all leads. */
interface Passed {
  /** When those that must wait come back. */
  readonly comeBack: () => EpochMs;
  /** When a call last synced somebody. */
  readonly syncedAt?: EpochMs | undefined;
}

/** The budget let no request of the call start: that says nothing of Marketo. */
const outOfSlots = (slots: Slots): LeadVerdict | undefined => {
  const none = slots.refused();
  return (
    none && { kind: 'unavailable', because: none.because, worked: false, until: none.comeBack() }
  );
};

const tooLate = (now: EpochMs, { lateLockMs }: LeadTiming): LeadVerdict => ({
  kind: 'unavailable',
  because: 'taking the locks left no time for the call',
  worked: false,
  until: epochMs(now + lateLockMs),
});

const updateOf = (
  { lead, snapshot, loaded: { state } }: Locked,
  { formOf }: Pick<FieldsToSend, 'formOf'>,
): Update => {
  const { email, fields, cookie, activities } = snapshot;
  return {
    lead,
    email,
    fields: fields.map(({ name, value }) => ({ name, value: formOf(name, value) })),
    ...(cookie !== undefined && { cookie }),
    ...(activities !== undefined && { activities }),
    ...(state?.marketoId !== undefined && { marketoId: state.marketoId }),
  };
};

export type SyncCall = ReturnType<typeof createSyncCall>;
