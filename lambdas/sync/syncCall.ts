import type { CallLine, Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { LeadVerdict } from '../lead/settle.ts';
import type { CallAnswer, Unavailable, Update, Verdict } from '../marketo/marketoTypes.ts';
import type { Clock } from '../ports.ts';
import type { MarketoLeads } from '../marketo/marketoPorts.ts';
import type { Metrics } from '../metricNames.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';
import type { Budget, Permits } from './budget.ts';
import { verdictsOf } from './callLine.ts';
import type { CircuitBreaker } from './circuitBreaker.ts';
import { concurrently } from '../concurrently.ts';
import type { SchemaCache } from './schemaCache.ts';
import { sentUpdate } from './sentUpdate.ts';
import type { Locked, Locks } from './locks.ts';
import type { ReadyLead } from './callPlan.ts';
import type { Settlements } from './settlements.ts';
import { addsIn, doesCount, forLead, unknownCodesIn } from './callVerdicts.ts';

interface SyncCallPorts {
  readonly api: CallLine['api'];
  readonly marketo: MarketoLeads;
  readonly locks: Locks;
  readonly settlements: Settlements;
  readonly breaker: CircuitBreaker;
  readonly budget: Budget;
  readonly fields: SchemaCache;
  readonly clock: Clock;
  readonly newOwner: () => string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly unknownFields: 'skip' | 'fail';
  readonly timing: LeadTiming;
}

/** What a call is made of: its leads as they were read, and as they were planned. */
interface Planned {
  readonly leads: readonly ReadyLead[];
  readonly updates: readonly Update[];
  /** Taken before any lock. */
  readonly permits: Permits;
}

/** What came of it. */
interface Called {
  /** Marketo was asked something. */
  readonly isCalled: boolean;
  /** No call may go before; absent where the next may go at once. */
  readonly retryAt?: EpochMs;
}

/** What an answer meant for all leads. */
interface Passed {
  readonly retryAt?: EpochMs;
  /** When a call last synced somebody. */
  readonly syncedAt?: EpochMs;
  /** So many leads fail that none is charged an attempt. */
  readonly isWidespread?: boolean;
}

/**
 * One call to Marketo: take the locks that are free, call, settle each. A lead whose table fails costs
 * no other lead anything; its lock ends with its lease.
 */
export class SyncCall {
  private readonly ports: SyncCallPorts;

  constructor(ports: SyncCallPorts) {
    this.ports = ports;
  }

  async run({ leads, updates, permits }: Planned): Promise<Called> {
    const { marketo, locks, fields, clock, newOwner, metrics, timing } = this.ports;
    // Read before the locks are: the lease and the deadline count from it.
    const at = clock.now();
    const owner = newOwner();
    const planOf = new Map(updates.map((update) => [update.lead, update]));
    const known = await fields.known();
    const taken = await concurrently(
      leads,
      (one) => locks(one, planOf.get(one.lead) ?? {}, { owner, at, known }),
      this.failed,
    );
    const locked = taken.filter((one) => one !== undefined);
    if (locked.length === 0) return { isCalled: false };
    const deadline = epochMs(at + timing.callTimeoutMs);
    const startedAt = clock.now();
    // Marketo may work on a request for long after we stop waiting; begun late, it would outlive the
    // lease. These locks are given back instead.
    if (deadline - startedAt < timing.marketoWorksMs) {
      await this.settle(locked, () => unsent('taking the locks left no time for the call'), {});
      return { isCalled: false, retryAt: clock.now() };
    }
    const answer = await marketo.sync(
      locked.map(({ lead, snapshot, loaded }) =>
        sentUpdate({ lead, snapshot, state: loaded.state }, known),
      ),
      deadline,
      permits.mayStart,
    );
    const refused = permits.refused();
    if (refused) {
      metrics.count('BudgetWaits', locked.length);
      await this.settle(locked, () => unsent(refused.reason), {});
      return { isCalled: false, retryAt: refused.retryAt };
    }
    const endedAt = clock.now();
    const { verdicts, retryAt } = await this.decide(answer, locked, leads);
    this.report(owner, verdicts, permits.started(), endedAt - startedAt);
    await this.settle(locked, (index) => verdicts[index], { call: owner, endedAt });
    return { isCalled: true, ...(retryAt !== undefined && { retryAt }) };
  }

  /** A lead whose table failed. */
  readonly failed = (_: unknown, error: unknown): void => {
    this.ports.logger.error('a lead could not be written; its lock ends with the lease', {
      error: errorName(error),
    });
  };

  private async settle(
    locked: readonly Locked[],
    verdictOf: (index: number) => LeadVerdict | undefined,
    { call, endedAt = this.ports.clock.now() }: { call?: string; endedAt?: EpochMs },
  ): Promise<void> {
    const about = { now: endedAt, callSize: locked.length, ...(call !== undefined && { call }) };
    const settling = locked.flatMap((one, index) => {
      const verdict = verdictOf(index);
      return verdict ? [{ one, verdict }] : [];
    });
    await concurrently(
      settling,
      ({ one, verdict }) => this.ports.settlements(one, verdict, about),
      this.failed,
    );
  }

  private report(
    call: string,
    verdicts: readonly LeadVerdict[],
    requests: number,
    tookMs: number,
  ): void {
    const { logger, api } = this.ports;
    const leads = verdicts.length;
    logger.call({ call, api, about: 'leads', leads, requests, tookMs, ...verdictsOf(verdicts) });
  }

  /** What the answer means for each lead. What all leads share may fail; their own settling goes on. */
  private async decide(
    answer: CallAnswer,
    locked: readonly Locked[],
    leads: readonly ReadyLead[],
  ): Promise<{ readonly verdicts: readonly LeadVerdict[]; readonly retryAt?: EpochMs }> {
    const { clock, logger, metrics, unknownFields, timing } = this.ports;
    const verdicts = 'whole' in answer ? locked.map(() => answer.whole) : answer.each;
    const own = !('whole' in answer) || locked.length === 1;
    const passed = this.passOn(answer, verdicts, own ? locked : []);
    const { retryAt, syncedAt, isWidespread } = await passed.catch((error: unknown): Passed => {
      logger.error('what this answer means for all leads is not written down', {
        error: errorName(error),
      });
      return { retryAt: epochMs(clock.now() + timing.probeFirstMs) };
    });
    const before = new Map(leads.map(({ lead, loaded }) => [lead, loaded.state]));
    const unknownCodes = unknownCodesIn(answer);
    if (unknownCodes > 0) metrics.count('UnknownCodes', unknownCodes);
    const adds = addsIn(verdicts);
    const sent = new Set(locked.flatMap(({ snapshot }) => snapshot.fields.map(({ name }) => name)));
    return {
      verdicts: locked.map(({ lead }, index) => {
        const counts = !isWidespread && doesCount(before.get(lead), syncedAt, clock.now(), timing);
        return forLead(verdicts[index], { own, sent, unknownFields, counts, adds });
      }),
      ...(retryAt !== undefined && { retryAt }),
    };
  }

  /** Draws the consequences for all leads; `alone` are those of which a verdict speaks by itself. */
  private async passOn(
    answer: CallAnswer,
    verdicts: readonly Verdict[],
    alone: readonly Locked[],
  ): Promise<Passed> {
    const { fields, budget, breaker, clock } = this.ports;
    const unknown = verdicts.flatMap((verdict) =>
      verdict.kind === 'field-refused' && verdict.unknown ? verdict.fields : [],
    );
    if (unknown.length > 0) await fields.remember([...new Set(unknown)]);
    const later = 'whole' in answer ? undefined : answer.unavailable;
    const tripping = [...verdicts, later].find(trips);
    if (tripping?.isDayUsedUp) await budget.exhaust();
    const isSynced = verdicts.some(({ kind }) => kind === 'synced');
    if (tripping)
      return {
        retryAt: await breaker.trip(tripping.because),
        ...(isSynced && { syncedAt: clock.now() }),
      };
    // Where nothing was sent, nothing was heard of Marketo either.
    const isSilent = verdicts.every((one) => one.kind === 'unavailable' && one.isUnsent);
    if (isSilent) return {};
    const failed = alone.filter((_, index) => isBounded(verdicts[index])).map(({ lead }) => lead);
    const reason = verdicts.find(isBounded)?.because;
    const synced = verdicts.filter(({ kind }) => kind === 'synced').length;
    return breaker.succeed({ failed, synced }, reason);
  }
}

/** What opens the breaker for all; a request that was not sent says nothing of Marketo. */
const trips = (verdict: Verdict | undefined): verdict is Unavailable =>
  verdict?.kind === 'unavailable' && !verdict.isUnsent;

/** A failure that would be held against a lead: Marketo names no reason. */
const isBounded = (verdict: Verdict | undefined): verdict is Verdict & { because: string } =>
  verdict?.kind === 'retry' &&
  !verdict.isLeadGone &&
  verdict.attempts !== undefined &&
  verdict.attempts < Infinity;

/** Nothing was sent: that says nothing of Marketo, and the lock is given back. */
const unsent = (because: string): LeadVerdict => ({ kind: 'unavailable', because, worked: false });
