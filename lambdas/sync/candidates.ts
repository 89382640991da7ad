import type { Logger } from '../delivery.ts';
import { readyActivities } from '../lead/activities.ts';
import { isFree, waitsForLock } from '../lead/lock.ts';
import { pendingCookie } from '../lead/mailbox.ts';
import { valuesOf } from '../lead/registers.ts';
import type { LeadId, Mailbox } from '../lead/types.ts';
import type { Update } from '../marketo/types.ts';
import type { Clock, DueQueue, Metrics } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import type { Claim } from './claims.ts';
import { claimedElsewhere } from './claims.ts';
import { concurrently } from '../concurrently.ts';
import type { Loaded, Store } from '../store/leadStore.ts';

/** A lead that may go into a call now, as it was read. */
export interface Candidate {
  readonly lead: LeadId;
  readonly loaded: Loaded<Mailbox> & { readonly state: Mailbox };
  /** When it was found free; absent where it is not to go yet. */
  readonly at?: EpochMs;
}

interface CandidatePorts {
  readonly store: Store;
  readonly due: DueQueue;
  /** Present where Marketo matches a lead by its cookie first (SOAP). */
  readonly claim?: Claim;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Resolves to those of the leads that may go into a call now. The others are seen to be woken when
 * they need to be; one whose table or queue failed goes to `onFailure`.
 */
export const createCandidates = (ports: CandidatePorts) => {
  const { store, due, claim, clock, logger, metrics } = ports;

  /** Claims the lead's next cookie; one that belongs to another lead is put aside. */
  const withClaim = async (candidate: Candidate): Promise<Candidate | undefined> => {
    const { lead, loaded } = candidate;
    const mailbox = loaded.state;
    const token = claim && pendingCookie(mailbox);
    const cookie = token === undefined ? undefined : mailbox.cookies[token];
    if (claim === undefined || token === undefined || cookie === undefined) return candidate;
    if (await claim(token, lead)) return candidate;
    const cookies = { ...mailbox.cookies, [token]: { ...cookie, aside: claimedElsewhere } };
    logger.delivery({ step: 'refused', lead, because: claimedElsewhere });
    // This write sends the due for what else is pending.
    if (!(await store.saveLead(lead, loaded, { ...mailbox, cookies })))
      await due.send([{ lead, delaySeconds: 0 }]);
    return undefined;
  };

  return async (
    leads: readonly LeadId[],
    onFailure: (lead: LeadId, error: unknown) => void,
  ): Promise<Candidate[]> => {
    const items = await store.leads(leads);
    const look = async (lead: LeadId): Promise<Candidate | undefined> => {
      const loaded = items.get(lead) ?? {};
      const { state } = loaded;
      if (state === undefined) return undefined;
      const at = clock.now();
      if (isFree(state, at)) return withClaim({ lead, loaded: { ...loaded, state }, at });
      if (waitsForLock(state, at)) metrics.count('LockWaits');
      if (!(await store.saveLead(lead, loaded, state))) await due.send([{ lead, delaySeconds: 0 }]);
      return undefined;
    };
    const found = await concurrently(leads, look, onFailure);
    return found.filter((one) => one !== undefined);
  };
};

export type Candidates = ReturnType<typeof createCandidates>;

/** What a candidate has to say, for the plan of calls. */
export const updateOf = ({ lead, loaded: { state }, at }: Candidate): Update => {
  const cookie = pendingCookie(state);
  const { ready, most } = readyActivities(state, at);
  const { marketoId, callMost } = state;
  return {
    lead,
    email: state.address.text,
    fields: valuesOf(state.fields),
    ...(cookie !== undefined && { cookie }),
    ...(ready.length > 0 && { activities: ready }),
    ...(marketoId !== undefined && { marketoId }),
    ...(callMost !== undefined && { callMost }),
    ...(most !== undefined && { activitiesMost: most }),
  };
};
