import type { Logger } from '../delivery.ts';
import { isFree } from '../lead/lock.ts';
import { pendingCookie } from '../lead/mailbox.ts';
import { valuesOf } from '../lead/registers.ts';
import type { LeadId, Mailbox } from '../lead/types.ts';
import type { Update, Visit } from '../marketo/types.ts';
import type { Clock, DueQueue, MarketoLeads, Random } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import type { LeadTiming } from '../../lib/timing.ts';
import type { Claim } from './claims.ts';
import { claimedElsewhere } from './claims.ts';
import type { Loaded, Store } from './store.ts';
import type { Candidate, SyncCall } from './syncCall.ts';
import type { FieldKnowledge } from './fieldKnowledge.ts';
import type { Visits } from './visits.ts';
import type { SharedWindow } from './window.ts';

/** A message of the due queue. */
interface DueRecord {
  readonly id: string;
  readonly body: string;
}

interface SyncPorts {
  readonly store: Store;
  readonly due: DueQueue;
  readonly marketo: MarketoLeads;
  readonly syncCall: SyncCall;
  readonly window: SharedWindow;
  readonly fields: FieldKnowledge;
  readonly visits: Visits;
  /** Present where Marketo matches a lead by its cookie first (SOAP). */
  readonly claim?: Claim;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly timing: LeadTiming;
}

type Message = { readonly lead: LeadId } | { readonly visit: Visit; readonly attempt: number };

/** How many leads are looked at, or visits sent, at once. */
const atOnce = 25;

/**
 * One turn of the due queue: for each lead that may go now, locks, calls Marketo and settles; each
 * other lead is seen to be woken later. `until` is when the turn must be over. Resolves to the ids
 * of the messages that must come again.
 */
export const createSync = (ports: SyncPorts) => {
  const {
    store,
    due,
    marketo,
    syncCall,
    window,
    fields,
    visits,
    claim,
    clock,
    random,
    logger,
    timing,
  } = ports;

  const hasTime = (until: EpochMs): boolean =>
    clock.now() + timing.fieldQuestionTimeoutMs + timing.callTimeoutMs + timing.settleMarginMs <=
    until;

  /** The leads that may go now; the others are arranged for. Failed ones are left to come again. */
  const sortOut = async (leads: readonly LeadId[], failed: Set<LeadId>): Promise<Candidate[]> => {
    const items = await store.leads(leads);
    const found = await mapLimited(
      leads,
      async (lead) => {
        const loaded = items.get(lead) ?? {};
        const mailbox = loaded.state;
        if (mailbox === undefined) return undefined;
        if (isFree(mailbox, clock.now())) return withClaim(lead, loaded, mailbox);
        if (await store.saveLead(lead, loaded, mailbox)) return undefined;
        await due.send([{ lead, delaySeconds: 0 }]);
        return undefined;
      },
      failed,
      logger,
    );
    return found.filter((one) => one !== undefined);
  };

  /** Claims the lead's next cookie; one that belongs to another lead is put aside. */
  const withClaim = async (
    lead: LeadId,
    loaded: Loaded<Mailbox>,
    mailbox: Mailbox,
  ): Promise<Candidate | undefined> => {
    const token = claim && pendingCookie(mailbox);
    if (claim === undefined || token === undefined || (await claim(token, lead)))
      return { lead, loaded };
    const cookie = mailbox.cookies[token];
    if (cookie === undefined) return { lead, loaded };
    const cookies = { ...mailbox.cookies, [token]: { ...cookie, aside: claimedElsewhere } };
    logger.delivery({ step: 'refused', lead, because: claimedElsewhere });
    // Its own write sends the due for what else is pending.
    if (!(await store.saveLead(lead, loaded, { ...mailbox, cookies })))
      await due.send([{ lead, delaySeconds: 0 }]);
    return undefined;
  };

  /** Out of time: the leads come back soon, spread a little. */
  const defer = (calls: readonly (readonly Update[])[]): Promise<void> =>
    due.send(
      calls.flat().map(({ lead }) => ({
        lead,
        delaySeconds: Math.ceil((random() * timing.deferSpreadMs) / 1_000),
      })),
    );

  /** The window is closed: each lead waits in its mailbox, where every trigger can see it. */
  const putOff = async (
    calls: readonly (readonly Update[])[],
    candidates: ReadonlyMap<LeadId, Candidate>,
    comeBack: () => EpochMs,
    failed: Set<LeadId>,
  ): Promise<void> => {
    const leads = calls.flat().map(({ lead }) => lead);
    await mapLimited(
      leads,
      async (lead) => {
        const { loaded = {} } = candidates.get(lead) ?? {};
        const notBefore = comeBack();
        const isSaved =
          loaded.state !== undefined &&
          (await store.saveLead(lead, loaded, { ...loaded.state, notBefore }));
        if (!isSaved)
          await due.send([
            { lead, delaySeconds: Math.min(900, Math.ceil((notBefore - clock.now()) / 1_000)) },
          ]);
      },
      failed,
      logger,
    );
  };

  const syncLeads = async (
    leads: readonly LeadId[],
    until: EpochMs,
    failed: Set<LeadId>,
  ): Promise<void> => {
    const candidates = new Map((await sortOut(leads, failed)).map((one) => [one.lead, one]));
    const calls = marketo.plan([...candidates.values()].map(updateOf));
    for (const [index, call] of calls.entries()) {
      const rest = calls.slice(index);
      if (!hasTime(until)) return defer(rest);
      const entry = await window.enter();
      if (entry.kind === 'closed') return putOff(rest, candidates, entry.comeBack, failed);
      // A probe is one call.
      if (entry.kind === 'open') await fields.refresh();
      const going = call.flatMap(({ lead }) => candidates.get(lead) ?? []);
      try {
        await syncCall(going, call);
      } catch (error) {
        reportFailure(logger, error);
        for (const { lead } of call) failed.add(lead);
      }
    }
  };

  return async (records: readonly DueRecord[], until: EpochMs): Promise<readonly string[]> => {
    const messages = records.map(({ id, body }) => ({ id, message: parse(body, logger) }));
    const leads = new Set(
      messages.flatMap(({ message }) => (message && 'lead' in message ? [message.lead] : [])),
    );
    const failed = new Set<LeadId>();
    const failedVisits = new Set<string>();
    const retries = messages.flatMap(({ id, message }) =>
      message && 'visit' in message ? [{ id, message }] : [],
    );
    await Promise.all([
      syncLeads([...leads], until, failed).catch((error: unknown) => {
        reportFailure(logger, error);
        for (const lead of leads) failed.add(lead);
      }),
      mapLimited(
        retries,
        ({ message }) => visits.sendAgain(message.visit, message.attempt),
        { add: ({ id }) => failedVisits.add(id) },
        logger,
      ),
    ]);
    return messages.flatMap(({ id, message }) =>
      failedVisits.has(id) || (message && 'lead' in message && failed.has(message.lead))
        ? [id]
        : [],
    );
  };
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

const reportFailure = (logger: Logger, error: unknown): void => {
  logger.error('sync failed; its messages come again', { error: nameOf(error) });
};

const parse = (body: string, logger: Logger): Message | undefined => {
  try {
    return JSON.parse(body) as Message;
  } catch {
    logger.error('a message on the due queue is none of ours; it is dropped');
    return undefined;
  }
};

const updateOf = ({ lead, loaded: { state } }: Candidate): Update => {
  const cookie = state && pendingCookie(state);
  return {
    lead,
    email: state?.address.text ?? '',
    fields: state ? valuesOf(state.fields) : [],
    ...(cookie !== undefined && { cookie }),
    ...(state?.marketoId !== undefined && { marketoId: state.marketoId }),
    ...(state?.callMost !== undefined && { callMost: state.callMost }),
  };
};

/** Runs `work` on all items, a few at once; items whose work rejects go to `failed`. */
const mapLimited = async <T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  failed: { add(item: T): unknown },
  logger: Logger,
): Promise<R[]> => {
  const results: R[] = [];
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        results.push(await work(item));
      } catch (error) {
        reportFailure(logger, error);
        failed.add(item);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
};
