import type { LeadId } from '../lead/leadTypes.ts';
import type { Update } from '../marketo/marketoTypes.ts';
import type { Clock, Sleep } from '../ports.ts';
import type { MarketoLeads } from '../marketo/marketoPorts.ts';
import type { EpochMs } from '../segment/time.ts';
import { marketoLimits, tickTiming } from '../limits.ts';
import type { LeadTiming } from '../limits.ts';
import type { Ticks } from '../store/ticks.ts';
import type { Budget, Permits, Refused } from './budget.ts';
import type { CircuitBreaker } from './circuitBreaker.ts';
import type { CookieClaims } from './cookieClaims.ts';
import type { SchemaCache } from './schemaCache.ts';
import type { Gathering } from './gathering.ts';
import type { PlannedCall, ReadyLead } from './callPlan.ts';
import { planNext } from './callPlan.ts';
import type { LeftLeads } from './imports/leftLeads.ts';
import type { ReadyLeads } from './readyLeads.ts';
import type { SyncCall } from './syncCall.ts';

interface DispatcherPorts {
  readonly marketo: Pick<MarketoLeads, 'plan'>;
  readonly readyLeads: ReadyLeads;
  readonly syncCall: SyncCall;
  /** Present where Marketo matches a lead by its cookie first (SOAP). */
  readonly claims?: CookieClaims;
  /** Present where bulk imports may carry a backlog. */
  readonly leftLeads?: LeftLeads;
  readonly breaker: CircuitBreaker;
  readonly budget: Budget;
  readonly fields: SchemaCache;
  readonly gathering: Gathering;
  readonly ticks: Ticks;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly timing: LeadTiming;
}

/** How a step went. */
interface Step {
  /** Marketo was asked something. */
  readonly isCalled: boolean;
  /** Whether there may be more to do now. */
  readonly goesOn: boolean;
  /** When somebody is to look again. */
  readonly retryAt?: EpochMs;
}

const keepAll: LeftLeads = (ready) => Promise.resolve(ready);

const nothingDue: Step = { isCalled: false, goesOn: false };

const endingAt = (retryAt: EpochMs): Step => ({ isCalled: false, goesOn: false, retryAt });

/** Why a probe failed that asked for the description of fields. */
const notDescribed = 'Marketo did not say which fields it has';

/** After an outage one lead tries for all: a probe that fails leaves one lease behind. */
const probeLeads = 1;

/**
 * Takes what is due to Marketo, one call after the other, until nothing is due, no call may go, or the
 * time is up. Asks the circuit breaker and the budget before it looks at anybody: who waits is not
 * touched.
 */
export class Dispatcher {
  private readonly ports: DispatcherPorts;

  constructor(ports: DispatcherPorts) {
    this.ports = ports;
  }

  /**
   * `named`: leads to look at first. `waits`: where a permit is soon to be had, the turn waits for it,
   * because no other tick may come. Rejects when the table or the counters fail.
   */
  async run(named: Iterable<LeadId>, until: EpochMs, { waits = false } = {}): Promise<void> {
    const { ticks, clock, sleep } = this.ports;
    const first = new Set(named);
    for (;;) {
      const step = this.hasTime(until) ? await this.step(first, until) : endingAt(clock.now());
      const waitMs = (step.retryAt ?? Infinity) - clock.now();
      const isShort = waits && waitMs <= tickTiming.patienceMs && this.hasTime(until);
      if (step.retryAt !== undefined && !isShort) ticks.look(step.retryAt);
      await ticks.flush();
      if (isShort) await sleep(Math.max(0, waitMs));
      else if (!step.goesOn) return;
    }
  }

  private hasTime(until: EpochMs): boolean {
    const { clock, timing } = this.ports;
    const callMs = timing.describeTimeoutMs + timing.callTimeoutMs + timing.settleMarginMs;
    return clock.now() + callMs <= until;
  }

  private async step(named: Set<LeadId>, until: EpochMs): Promise<Step> {
    const { breaker, budget } = this.ports;
    const passage = await breaker.tryAcquire();
    if (!passage.allowed) return endingAt(passage.retryAt);
    let step = nothingDue;
    try {
      const refused = await budget.waitsFor();
      step = refused
        ? endingAt(refused.retryAt)
        : await this.callNext(named, passage.isProbe, until);
      return step;
    } finally {
      if (passage.isProbe && !step.isCalled) await breaker.releaseProbe();
    }
  }

  private async callNext(named: Set<LeadId>, isProbe: boolean, until: EpochMs): Promise<Step> {
    const { marketo, readyLeads, fields, ticks, clock } = this.ports;
    const max = isProbe ? probeLeads : marketoLimits.leadsPerCall;
    const found = await readyLeads.find(named, max, until);
    const { leftLeads = keepAll } = this.ports;
    const ready = isProbe ? found.ready.slice(0, probeLeads) : await leftLeads(found.ready);
    const { hasMore, soonAt } = found;
    if (!isProbe || ready.length === 0) {
      const gathered = await this.ports.gathering.run({
        named: found.relations,
        until,
        hasTime: () => this.hasTime(until),
        isProbe,
        call: (updates, leads, permits) => this.call(updates, leads, permits, named),
      });
      if (gathered) return gathered;
    }
    if (ready.length === 0) return soonAt === undefined ? nothingDue : endingAt(soonAt);
    // Leads may wait for Marketo's description. Where it is due, asking for it is the probe.
    const isSilent = (await fields.refresh()) === 'unanswered';
    if (isProbe && isSilent) {
      const retryAt = await this.ports.breaker.trip(notDescribed);
      return { isCalled: true, goesOn: false, retryAt };
    }
    let waiting: Step = nothingDue;
    for (const call of planNext(marketo, { ready, hasMore }, clock.now())) {
      const permits = await this.acquire(call, isProbe);
      if (!permits.granted) {
        waiting = endingAt(permits.retryAt);
        continue;
      }
      if (call.isFull) {
        // Others may take what this call leaves, while it is under way.
        ticks.look(clock.now());
        await ticks.flush();
      }
      return this.call(call.updates, ready, permits, named);
    }
    return waiting;
  }

  private acquire(call: PlannedCall, isProbe: boolean): Promise<Permits | Refused> {
    const { isFull, bringsFields } = call;
    return this.ports.budget.tryAcquire({ isFull: isFull || isProbe, bringsFields });
  }

  private async call(
    updates: readonly Update[],
    ready: readonly ReadyLead[],
    permits: Permits,
    named: Set<LeadId>,
  ): Promise<Step> {
    const { syncCall, claims } = this.ports;
    const byLead = new Map(ready.map((one) => [one.lead, one]));
    const planned = updates.flatMap(({ lead }) => byLead.get(lead) ?? []);
    for (const { lead } of planned) named.delete(lead);
    try {
      const leads = claims ? await claims.claimAll(planned, syncCall.failed) : planned;
      const called = await syncCall.run({ leads, updates, permits });
      return { ...called, goesOn: called.retryAt === undefined };
    } finally {
      await permits.giveBack();
    }
  }
}
