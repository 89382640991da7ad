import type { Clock, DueQueue, MarketoLeads } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { waitingUntil } from '../lead/mailbox.ts';
import { marketoLimits } from '../limits.ts';
import type { LeadTiming } from '../limits.ts';
import type { Candidate } from '../sync/candidates.ts';
import { updateOf } from '../sync/candidates.ts';
import { concurrently } from '../concurrently.ts';
import type { Store } from '../store/leadStore.ts';

interface CallUpPorts {
  readonly store: Pick<Store, 'sweptLead'>;
  readonly due: DueQueue;
  readonly marketo: Pick<MarketoLeads, 'plan' | 'requests'>;
  readonly clock: Clock;
  readonly timing: Pick<LeadTiming, 'promiseMarginMs'>;
}

interface Room {
  /** How many requests the calls may make. */
  readonly requests: number;
  /** Over so long they are spread. */
  readonly withinMs: number;
}

/**
 * Sends due messages to leads, the first ones first, for as many calls as there is room for: planned
 * together, and spread as the budget lets requests go. Resolves to whether it got to the last lead.
 * A lead whose table or queue fails goes to `onFailure`.
 */
export const createCallUp = ({ store, due, marketo, clock, timing }: CallUpPorts) => {
  const wake = async (
    leads: readonly Candidate[],
    at: EpochMs,
    onFailure: (lead: Candidate, error: unknown) => void,
  ): Promise<void> => {
    const send = (called: readonly Candidate[]): Promise<void> => {
      const delaySeconds = Math.max(0, Math.ceil((at - clock.now()) / 1_000));
      return due.send(called.map(({ lead }) => ({ lead, delaySeconds })));
    };
    await send(leads);
    const write = async (one: Candidate): Promise<Candidate | undefined> => {
      const { lead, loaded } = one;
      const isWritten = await store.sweptLead(lead, loaded, waitingUntil(loaded.state, at));
      return isWritten ? one : undefined;
    };
    const written = await concurrently(leads, write, onFailure);
    // A message that appeared before its lead's write found it still waiting, and is gone.
    if (clock.now() >= at) await send(written.filter((one) => one !== undefined));
  };

  return async (
    leads: AsyncIterator<Candidate, void>,
    { requests: room, withinMs }: Room,
    until: EpochMs,
    onFailure: (lead: Candidate, error: unknown) => void,
  ): Promise<boolean> => {
    const begun = clock.now();
    let used = 0;
    for (;;) {
      const some = await take(leads, marketoLimits.leadsPerCall);
      if (some.length === 0) return true;
      const byLead = new Map(some.map((one) => [one.lead, one]));
      for (const call of marketo.plan(some.map(updateOf))) {
        // The first always fits: else a large one would wait for ever.
        const isFull = used > 0 && used + marketo.requests(call) > room;
        if (isFull || clock.now() >= until) return false;
        used += marketo.requests(call);
        const share = Math.min(1, used / room);
        const at = epochMs(begun + timing.promiseMarginMs + Math.ceil(withinMs * share));
        const called = call.flatMap(({ lead }) => byLead.get(lead) ?? []);
        await wake(called, at, onFailure);
      }
    }
  };
};

export type CallUp = ReturnType<typeof createCallUp>;

const take = async <T>(from: AsyncIterator<T, void>, most: number): Promise<T[]> => {
  const taken: T[] = [];
  while (taken.length < most) {
    const next = await from.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
};
