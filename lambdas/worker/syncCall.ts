import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { LeadVerdict } from '../lead/settle.ts';
import type { LeadId } from '../lead/types.ts';
import type { Answer, Update, Verdict } from '../marketo/types.ts';
import type { Clock, MarketoLeads } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../../lib/timing.ts';
import type { Budget, Slots } from './budget.ts';
import type { Candidate } from './candidates.ts';
import { concurrently } from './concurrently.ts';
import type { FieldKnowledge } from './fieldKnowledge.ts';
import type { Locked, Locks } from './locks.ts';
import type { Settlements } from './settlements.ts';
import { forLead } from './verdicts.ts';
import type { SharedWindow } from './window.ts';

interface SyncCallPorts {
  readonly marketo: MarketoLeads;
  readonly locks: Locks;
  readonly settlements: Settlements;
  readonly window: SharedWindow;
  readonly budget: Budget;
  readonly fields: FieldKnowledge;
  readonly clock: Clock;
  readonly newOwner: () => string;
  readonly logger: Logger;
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
  const { clock, newOwner, logger, timing } = ports;

  /** Draws the consequences for all leads; resolves to when those that must wait come back. */
  const passOn = async (answer: Answer, verdicts: readonly Verdict[]): Promise<() => EpochMs> => {
    const unknown = verdicts.flatMap((verdict) =>
      verdict.kind === 'field-refused' && verdict.unknown ? verdict.fields : [],
    );
    if (unknown.length > 0) await fields.remember([...new Set(unknown)]);
    const found = verdicts.find((verdict) => verdict.kind === 'unavailable');
    const because = found?.because ?? ('whole' in answer ? undefined : answer.unavailable);
    if (found?.kind === 'unavailable' && found.isDayUsedUp) await budget.exhausted();
    if (because !== undefined) return window.close(because);
    await window.open();
    return () => clock.now();
  };

  /** What the answer means for each lead. What all leads share may fail; their own settling goes on. */
  const decide = async (
    answer: Answer,
    locked: readonly Locked[],
  ): Promise<readonly LeadVerdict[]> => {
    const verdicts = 'whole' in answer ? locked.map(() => answer.whole) : answer.each;
    const comeBack = await passOn(answer, verdicts).catch((error: unknown) => {
      logger.error('what this answer means for all leads is not written down', {
        error: errorName(error),
      });
      return () => epochMs(clock.now() + timing.probeFirstMs);
    });
    const own = !('whole' in answer) || locked.length === 1;
    const sent = new Set(locked.flatMap(({ snapshot }) => snapshot.fields.map(({ name }) => name)));
    return locked.map((_, index) => forLead(verdicts[index], { own, sent, comeBack }));
  };

  return async (
    { going, updates, slots }: Planned,
    onFailure: (lead: LeadId, error: unknown) => void,
  ): Promise<boolean> => {
    const at = clock.now();
    const owner = newOwner();
    const tokenOf = new Map(updates.map(({ lead, cookie }) => [lead, cookie]));
    const known = await fields.known();
    const failed = ({ lead }: { readonly lead: LeadId }, error: unknown): void => {
      onFailure(lead, error);
    };
    const taken = await concurrently(
      going,
      (one) => locks(one, tokenOf.get(one.lead), { owner, at, known }),
      failed,
    );
    const locked = taken.filter((one) => one !== undefined);
    if (locked.length === 0) return false;
    const deadline = epochMs(at + timing.callTimeoutMs);
    // Marketo may work on a request for long after we stop waiting; begun late, it would outlive the
    // lease. These locks are given back instead.
    const isLate = deadline - clock.now() < timing.marketoWorksMs;
    const answer = isLate
      ? undefined
      : await marketo.sync(locked.map(updateOf), deadline, slots.mayStart);
    const now = clock.now();
    const unsent = answer === undefined ? tooLate(now, timing) : outOfSlots(slots);
    const verdicts = answer && !unsent ? await decide(answer, locked) : locked.map(() => unsent);
    const settling = locked.flatMap((one, index) => {
      const verdict = verdicts[index];
      return verdict ? [{ ...one, verdict }] : [];
    });
    await concurrently(
      settling,
      ({ verdict, ...one }) => settlements(one, verdict, { now, callSize: locked.length }),
      failed,
    );
    return unsent === undefined;
  };
};

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

const updateOf = ({ lead, snapshot, loaded: { state } }: Locked): Update => {
  const { email, fields, cookie } = snapshot;
  return {
    lead,
    email,
    fields: fields.map(({ name, value }) => ({ name, value })),
    ...(cookie !== undefined && { cookie }),
    ...(state?.marketoId !== undefined && { marketoId: state.marketoId }),
  };
};

export type SyncCall = ReturnType<typeof createSyncCall>;
