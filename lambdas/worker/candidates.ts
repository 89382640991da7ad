import type { Logger } from '../delivery.ts';
import { isFree } from '../lead/lock.ts';
import { pendingCookie } from '../lead/mailbox.ts';
import { valuesOf } from '../lead/registers.ts';
import type { LeadId, Mailbox } from '../lead/types.ts';
import type { Update } from '../marketo/types.ts';
import type { Clock, DueQueue } from '../ports.ts';
import type { Claim } from './claims.ts';
import { claimedElsewhere } from './claims.ts';
import { concurrently } from './concurrently.ts';
import type { Loaded, Store } from './store.ts';

/** A lead that may go into a call now, as it was read. */
export interface Candidate {
  readonly lead: LeadId;
  readonly loaded: Loaded<Mailbox> & { readonly state: Mailbox };
}

interface CandidatePorts {
  readonly store: Store;
  readonly due: DueQueue;
  /** Present where Marketo matches a lead by its cookie first (SOAP). */
  readonly claim?: Claim;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Resolves to those of the leads that may go into a call now. The others are seen to be woken when
 * they need to be; one whose table or queue failed goes to `onFailure`.
 */
export const createCandidates = ({ store, due, claim, clock, logger }: CandidatePorts) => {
  /** Claims the lead's next cookie; one that belongs to another lead is put aside. */
  const withClaim = async ({ lead, loaded }: Candidate): Promise<Candidate | undefined> => {
    const mailbox = loaded.state;
    const token = claim && pendingCookie(mailbox);
    const cookie = token === undefined ? undefined : mailbox.cookies[token];
    if (claim === undefined || token === undefined || cookie === undefined) return { lead, loaded };
    if (await claim(token, lead)) return { lead, loaded };
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
      if (isFree(state, clock.now())) return withClaim({ lead, loaded: { ...loaded, state } });
      if (!(await store.saveLead(lead, loaded, state))) await due.send([{ lead, delaySeconds: 0 }]);
      return undefined;
    };
    const found = await concurrently(leads, look, onFailure);
    return found.filter((one) => one !== undefined);
  };
};

export type Candidates = ReturnType<typeof createCandidates>;

/** What a candidate has to say, for the plan of calls. */
export const updateOf = ({ lead, loaded: { state } }: Candidate): Update => {
  const cookie = pendingCookie(state);
  const { marketoId, callMost } = state;
  return {
    lead,
    email: state.address.text,
    fields: valuesOf(state.fields),
    ...(cookie !== undefined && { cookie }),
    ...(marketoId !== undefined && { marketoId }),
    ...(callMost !== undefined && { callMost }),
  };
};
