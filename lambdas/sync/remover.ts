import type { Logger } from '../delivery.ts';
import { backoffMs } from '../lead/backoff.ts';
import { withoutMarketoState } from '../lead/sentContent.ts';
import { userDeleted } from '../lead/erasure.ts';
import type { Removal, RemovalVerdict } from '../lead/removal.ts';
import type { LeadId, Mailbox } from '../lead/leadTypes.ts';
import { marketoLimits } from '../limits.ts';
import type { LeadTiming } from '../limits.ts';
import type { Clock, Random } from '../ports.ts';
import type { Api } from '../marketo/leadApis.ts';
import type { MarketoLeads } from '../marketo/marketoPorts.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { Loaded, Store } from '../store/leadStore.ts';
import type { Budget, Permits } from './budget.ts';
import type { CircuitBreaker } from './circuitBreaker.ts';

interface RemoverPorts {
  readonly store: Store;
  readonly marketo: Pick<MarketoLeads, 'remove'>;
  readonly api: Api;
  readonly breaker: CircuitBreaker;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly newOwner: () => string;
  readonly timing: LeadTiming;
}

interface Going {
  readonly loaded: Loaded<Removal>;
  readonly removal: Removal;
}

const noDeletion: RemovalVerdict = {
  kind: 'refused',
  because: 'the lead API in use deletes no leads',
};

/**
 * Deletes leads in Marketo whose users were deleted here. Each is locked meanwhile, so that what comes of the
 * same person waits and makes a new lead. A try that fails comes again; one that Marketo refuses ends
 * with a line, because somebody has to do it by hand.
 */
export class Remover {
  private readonly ports: RemoverPorts;

  constructor(ports: RemoverPorts) {
    this.ports = ports;
  }

  /** Deletes those of these leads whose time has come. Rejects when the table or the counters fail. */
  async run(leads: readonly LeadId[]): Promise<void> {
    const { breaker } = this.ports;
    for (let at = 0; at < leads.length; at += marketoLimits.leadsPerCall) {
      const passage = await breaker.tryAcquire();
      if (!passage.allowed) return;
      const max = passage.isProbe ? 1 : marketoLimits.leadsPerCall;
      let isCalled = false;
      try {
        isCalled = await this.call(leads.slice(at, at + max));
      } finally {
        if (passage.isProbe && !isCalled) await breaker.releaseProbe();
      }
      if (passage.isProbe || !isCalled) return;
    }
  }

  /** Resolves to whether Marketo was asked anything. */
  private async call(leads: readonly LeadId[]): Promise<boolean> {
    const permits = await this.ports.budget.tryAcquire({ isFull: true, bringsFields: false });
    if (!permits.granted) return false;
    try {
      await this.remove(leads, permits);
      return permits.started() > 0;
    } finally {
      await permits.giveBack();
    }
  }

  private async remove(
    leads: readonly LeadId[],
    permits: Pick<Permits, 'mayStart' | 'started'>,
  ): Promise<void> {
    const { store, marketo, breaker, budget, clock, logger, timing, api, newOwner } = this.ports;
    const startedAt = clock.now();
    const going: Going[] = [];
    for (const [lead, loaded] of await store.removals(leads)) {
      const { state: removal, entry } = loaded;
      if (removal === undefined || entry === undefined || entry.nextAt > startedAt) continue;
      if (await this.lock(lead, loaded, removal)) going.push({ loaded, removal });
    }
    if (going.length === 0) return;
    const removals = going.map(({ removal }) => removal);
    const deadline = epochMs(startedAt + timing.callTimeoutMs);
    const { each, closed } = marketo.remove
      ? await marketo.remove(removals, deadline, permits.mayStart)
      : { each: removals.map(() => noDeletion) };
    if (closed?.isDayUsedUp) await budget.exhaust();
    if (closed) await breaker.trip(closed.because);
    else if (permits.started() > 0) await breaker.succeed({ failed: [], synced: 0 });
    logger.call({
      call: newOwner(),
      api,
      about: 'leads',
      leads: going.length,
      requests: permits.started(),
      tookMs: clock.now() - startedAt,
      verdicts: Object.fromEntries(
        [...Map.groupBy(each, ({ kind }) => kind)].map(([kind, of]) => [kind, of.length]),
      ),
    });
    for (const [index, one] of going.entries()) {
      const verdict = each[index];
      if (verdict) await this.settle(one, verdict);
    }
  }

  /** Keeps others from calling for the lead; false: a call is under way, or the race is lost. */
  private async lock(lead: LeadId, loaded: Loaded<Removal>, removal: Removal): Promise<boolean> {
    const { store, clock, timing } = this.ports;
    const mailbox = (await store.leads([lead])).get(lead) ?? {};
    const { owner, lockedUntil = 0 } = mailbox.state ?? {};
    const now = clock.now();
    if (owner !== undefined && lockedUntil > now) {
      await store.saveRemoval(lead, loaded, removal, epochMs(lockedUntil));
      return false;
    }
    const until = epochMs(now + timing.leaseMs);
    return this.lockUntil(lead, mailbox, until);
  }

  private async lockUntil(
    lead: LeadId,
    { state, ...loaded }: Loaded<Mailbox>,
    lockedUntil: EpochMs,
    change = (mailbox: Mailbox): Mailbox => mailbox,
  ): Promise<boolean> {
    // Of a lead that nobody knows any more nothing is to be held back.
    if (state === undefined) return true;
    const next = { ...change(state), lockedUntil };
    return this.ports.store.saveLead(lead, { ...loaded, state }, next);
  }

  private async settle({ loaded, removal }: Going, told: RemovalVerdict): Promise<void> {
    const { store, clock, random, logger, timing } = this.ports;
    const { lead, attempts = 0 } = removal;
    const now = clock.now();
    const isOut = told.kind === 'retry' && attempts + 1 >= marketoLimits.unprovenAttempts;
    const verdict = isOut ? { ...told, kind: 'refused' as const } : told;
    if (verdict.kind === 'retry') {
      const wait = backoffMs(attempts, random(), {
        firstMs: timing.backoffFirstMs,
        longestMs: timing.backoffLongestMs,
      });
      const nextAt = epochMs(now + wait);
      await store.saveRemoval(lead, loaded, { ...removal, attempts: attempts + 1 }, nextAt);
      logger.delivery({ step: 'waiting', lead, because: about(verdict.because), until: nextAt });
      await this.unlock(lead, epochMs(nextAt + timing.removalHoldMs));
      return;
    }
    if (verdict.kind === 'refused') {
      const { because } = verdict;
      logger.delivery({ step: 'refused', lead, because: about(because) });
      logger.error('a lead was not deleted in Marketo: delete it there by hand', { because, lead });
    } else logger.delivery({ step: 'synced', lead, because: removedThere });
    await this.unlock(lead, epochMs(now + timing.lockMs), withoutMarketoState);
    await store.saveRemoval(lead, loaded, undefined, undefined);
  }

  /** Whoever has written the mailbox meanwhile keeps what they wrote. */
  private async unlock(
    lead: LeadId,
    until: EpochMs,
    change?: (mailbox: Mailbox) => Mailbox,
  ): Promise<void> {
    for (let race = 0; race < maxRaces; race += 1) {
      const mailbox = (await this.ports.store.leads([lead])).get(lead) ?? {};
      if (await this.lockUntil(lead, mailbox, until, change)) return;
    }
  }
}

/** More lost races than this in a row: the lock ends with its lease. */
const maxRaces = 8;

const removedThere = `${userDeleted}: the lead is deleted in Marketo`;

const about = (because: string): string => `its deletion in Marketo: ${because}`;
