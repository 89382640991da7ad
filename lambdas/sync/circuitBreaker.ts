import { dayOf } from '../lead/centralTime.ts';
import {
  isWidespread,
  permissionOf,
  reset,
  tripped,
  withOutcomes,
} from '../lead/circuitBreakerState.ts';
import type {
  CircuitBreakerState,
  CircuitBreakerTiming,
  LeadOutcomes,
} from '../lead/circuitBreakerState.ts';
import { without } from '../lead/without.ts';
import type { Logger } from '../delivery.ts';
import type { Clock, Random } from '../ports.ts';
import type { Metrics } from '../metricNames.ts';
import type { EpochMs } from '../segment/time.ts';
import type { Shared } from '../store/leadStore.ts';

interface CircuitBreakerPorts {
  readonly item: Shared<CircuitBreakerState>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly timing: CircuitBreakerTiming;
}

type Acquired =
  | { readonly allowed: true; readonly isProbe: boolean }
  | { readonly allowed: false; readonly retryAt: EpochMs };

/** The circuit breaker that all workers share: one item of the leads table. */
export class CircuitBreaker {
  private readonly ports: CircuitBreakerPorts;

  constructor(ports: CircuitBreakerPorts) {
    this.ports = ports;
  }

  /** Whether a call may start now, or is the one that tries whether calls are answered again. */
  async tryAcquire(): Promise<Acquired> {
    const { item, clock, timing } = this.ports;
    for (;;) {
      const loaded = await item.load();
      const permission = permissionOf(loaded.state ?? {}, clock.now(), timing);
      if (permission.kind === 'closed') return { allowed: true, isProbe: false };
      if (permission.kind === 'open') return { allowed: false, retryAt: permission.retryAt };
      if (await item.save(loaded, permission.state)) return { allowed: true, isProbe: true };
    }
  }

  /** After a probe that found nothing to call for: the next one may try at once. */
  async releaseProbe(): Promise<void> {
    await this.update((state) => (state.probeUntil ? without(state, 'probeUntil') : state));
  }

  /** After a call that found Marketo unavailable. Resolves to when the next probe may go. */
  async trip(reason: string): Promise<EpochMs> {
    const { clock, random, logger, metrics, timing } = this.ports;
    const state = await this.update((before) => {
      const now = clock.now();
      return tripped(sinceReset(before, now, timing), now, reason, random(), timing);
    });
    const now = clock.now();
    const { closedSince = now, closedUntil: retryAt = now } = state;
    metrics.record('UnavailableFor', Math.max(0, now - closedSince));
    logger.error('Marketo is unavailable; all leads wait', {
      because: reason,
      until: new Date(retryAt).toISOString(),
    });
    return retryAt;
  }

  /**
   * After a call that Marketo answered: closes the breaker, unless so many leads fail that it is Marketo
   * who does. Resolves to when an answer last synced a lead, and to when the next probe may go.
   */
  async succeed(
    outcomes: LeadOutcomes,
    reason = '',
  ): Promise<{
    readonly syncedAt?: EpochMs;
    readonly isWidespread: boolean;
    readonly retryAt?: EpochMs;
  }> {
    const { clock, timing } = this.ports;
    const isSynced = outcomes.synced > 0;
    const after = await this.update((state) => {
      const noted = withOutcomes(state, clock.now(), outcomes, timing);
      const isTripped = isWidespread(noted) && outcomes.failed.length > 0;
      return isTripped ? noted : reset(noted, clock.now(), isSynced, timing);
    });
    const { syncedAt } = after;
    const known = {
      ...(syncedAt !== undefined && { syncedAt }),
      isWidespread: isWidespread(after),
    };
    if (!known.isWidespread || outcomes.failed.length === 0) return known;
    return { ...known, retryAt: await this.trip(`${reason}, for many leads`) };
  }

  /** Writes until it is written; `change` returns the same state when there is nothing to write. */
  private async update(
    change: (state: CircuitBreakerState) => CircuitBreakerState,
  ): Promise<CircuitBreakerState> {
    const { item } = this.ports;
    for (;;) {
      const loaded = await item.load();
      const before = loaded.state ?? {};
      const after = change(before);
      if (after === before || (await item.save(loaded, after))) return after;
    }
  }
}

/**
 * The state before a failure. Where nobody tried since the day before, the day's quota was used up, for
 * a probe goes out at least every `probeLongestMs`: only what fails now counts.
 */
const sinceReset = (
  state: CircuitBreakerState,
  now: EpochMs,
  { probeLongestMs }: Pick<CircuitBreakerTiming, 'probeLongestMs'>,
): CircuitBreakerState => {
  const { closedUntil = now } = state;
  const isRested = closedUntil + 3 * probeLongestMs < dayOf(now).startsAt;
  return isRested ? without(state, 'closedSince') : state;
};
