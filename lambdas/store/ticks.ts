import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { LeadId } from '../lead/leadTypes.ts';
import type { Clock } from '../ports.ts';
import type { Tick, TickQueue } from './tickQueue.ts';
import type { EpochMs } from '../segment/time.ts';
import { tickLimits, tickTiming } from '../limits.ts';

const secondMs = 1_000;

/**
 * Hints to look at the index, gathered and sent together. Nothing depends on one: lost, late, double or
 * early ones change nothing but the delay, since the scheduled tick looks once a minute. Those for the
 * present moment name their leads, so that the index's lag costs nothing; of those for one later second,
 * this process sends one.
 */
export class Ticks {
  private readonly ports: {
    readonly queue: TickQueue;
    readonly clock: Clock;
    readonly logger: Logger;
  };
  private readonly fresh = new Set<LeadId>();
  /** Later seconds to look at, with whether visits are due then. */
  private readonly later = new Map<number, boolean>();
  private readonly sent = new Map<number, boolean>();
  private isDue = false;

  constructor(ports: Ticks['ports']) {
    this.ports = ports;
  }

  /** This lead is due then. */
  lead(lead: LeadId, nextAt: EpochMs): void {
    if (nextAt <= this.ports.clock.now()) this.fresh.add(lead);
    else this.note(nextAt, false);
  }

  /** A visit is due then. */
  visit(nextAt: EpochMs): void {
    this.note(nextAt, true);
  }

  /** Somebody should look at the index then. */
  look(at: EpochMs): void {
    if (at <= this.ports.clock.now()) this.isDue = true;
    else this.note(at, false);
  }

  /** Sends what was gathered since the last time. Never rejects. */
  async flush(): Promise<void> {
    const { queue, clock, logger } = this.ports;
    const ticks = this.take(clock.now());
    if (ticks.length === 0) return;
    try {
      await queue.send(ticks);
    } catch (error) {
      logger.warn('ticks could not be sent; the scheduled tick finds what is due', {
        error: errorName(error),
      });
    }
  }

  private note(at: EpochMs, visits: boolean): void {
    if (at - this.ports.clock.now() > tickTiming.aheadMs) return;
    // Never floor: a tick that comes early finds nothing due.
    const second = Math.ceil(at / secondMs);
    this.later.set(second, visits || this.later.get(second) === true);
  }

  private take(now: EpochMs): Tick[] {
    const leads = [...this.fresh];
    const ticks: Tick[] = [];
    for (let from = 0; from < leads.length; from += tickLimits.leads)
      ticks.push({ delaySeconds: 0, leads: leads.slice(from, from + tickLimits.leads) });
    if (this.isDue && ticks.length === 0) ticks.push({ delaySeconds: 0 });
    for (const second of this.sent.keys()) if (second * secondMs < now) this.sent.delete(second);
    for (const [second, visits] of this.later) {
      const before = this.sent.get(second);
      if (before === true || before === visits) continue;
      this.sent.set(second, visits);
      const delaySeconds = Math.max(0, Math.ceil((second * secondMs - now) / secondMs));
      ticks.push({ delaySeconds, ...(visits && { visits: true }) });
    }
    this.fresh.clear();
    this.later.clear();
    this.isDue = false;
    return ticks;
  }
}
