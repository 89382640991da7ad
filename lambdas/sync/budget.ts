import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { BudgetLimits, Count, PacingTiming } from '../lead/pacing.ts';
import { createPacing, dayKeyOf } from '../lead/pacing.ts';
import { dayOf } from '../lead/centralTime.ts';
import { budgetTiming } from '../limits.ts';
import type { Clock, Random } from '../ports.ts';
import type { Counters } from './counters.ts';
import type { Metrics } from '../metricNames.ts';
import type { EpochMs } from '../segment/time.ts';

interface BudgetPorts {
  readonly counters: Counters;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Which budget; an API's calls are counted apart from another's. */
  readonly name: string;
  readonly limits: BudgetLimits;
  readonly timing: PacingTiming;
}

/** Leave to make the requests of one call. */
export interface Permits {
  readonly granted: true;
  /**
   * Asked right before each request, the first and repeated ones included: whether it may start now.
   * Where the permit is late or used up it takes another one; false: there is none, do not send it.
   * Never rejects.
   */
  readonly mayStart: () => Promise<boolean>;
  /** How many requests were let start. */
  readonly started: () => number;
  /** Present when requests were to start and not one could: nothing was sent. */
  readonly refused: () => Refused | undefined;
  /** Gives the day's count of what has not started back. Never rejects; again, it does nothing. */
  readonly giveBack: () => Promise<void>;
}

/** No leave: nothing may be locked, and nothing of the day is counted. */
export interface Refused {
  readonly granted: false;
  readonly reason: string;
  readonly retryAt: EpochMs;
}

/** What a permit is asked for. */
interface Asking {
  readonly isFull: boolean;
  /** What brings none leaves `reservedSlots` of each window to what does. */
  readonly bringsFields: boolean;
}

interface Counted {
  readonly granted: true;
  readonly day: Count;
  readonly validUntil: EpochMs;
}

/** The name of a counter of the budget with this name. */
export const counterOf = (name: string, key: string): string => `budget#${name}#${key}`;

/** Why nothing goes for the rest of a day. */
export const usedUp = 'the calls of the day are used up';

const paced = 'the calls of the day are being spread';

/**
 * The calls that Marketo allows, shared by all workers through counters: a permit of the present window
 * for each request, and the day's count, paced so that it lasts. Methods that ask the counters reject
 * when those cannot be used; the constructor throws where the limits could never let a call go.
 */
export class Budget {
  private readonly ports: BudgetPorts;
  private readonly pacing: ReturnType<typeof createPacing>;
  /** Slots that further requests of a call leave, so that cookies do not keep fields waiting. */
  private readonly reserved: number;

  constructor(ports: BudgetPorts) {
    const { perWindow, dailyCalls } = ports.limits;
    if (!(Math.min(perWindow, dailyCalls) >= 1))
      throw new RangeError('a budget needs at least 1 call in a window and 1 a day');
    this.ports = ports;
    this.pacing = createPacing(ports.limits, ports.timing);
    this.reserved = Math.min(budgetTiming.reservedPermits, perWindow - 1);
  }

  /**
   * Whether the day lets a call go now, by its counter alone: `undefined`, or when and why not. One
   * read, so that a backlog without quota costs no more. Tells the metrics what it read.
   */
  async waitsFor(): Promise<Refused | undefined> {
    const { counters, clock, metrics, limits } = this.ports;
    const now = clock.now();
    const used = await counters.used(this.keyOf(dayKeyOf(dayOf(now))));
    metrics.record('CallsUsed', used);
    metrics.record('CallsLimit', limits.dailyCalls);
    const retryAt = this.pacing.nextCallAt(used, now);
    return retryAt <= now ? undefined : this.refuseByPace(used >= limits.dailyCalls, retryAt);
  }

  /** How many calls the day still has, and whether its pace lets one go now; one read. */
  async left(): Promise<{ readonly calls: number; readonly mayGo: boolean }> {
    const { counters, clock, limits } = this.ports;
    const now = clock.now();
    const used = await counters.used(this.keyOf(dayKeyOf(dayOf(now))));
    const calls = Math.max(0, limits.dailyCalls - used);
    return { calls, mayGo: calls > 0 && this.pacing.nextCallAt(used, now) <= now };
  }

  /**
   * A permit for the first request of a call, before anything is locked; further requests take theirs
   * as they start. `isFull`: gathering more leads would not make the call carry more, so it may go at
   * any time; another goes as the first of its moment, or of the minute's share of calls that go at once.
   */
  async tryAcquire({ isFull, bringsFields }: Asking): Promise<Permits | Refused> {
    if (!isFull && !(await this.mayGoUnfilled())) {
      const retryAt = this.pacing.afterGathering(this.ports.clock.now());
      return this.refuse('the call gathers more leads', retryAt);
    }
    const { perWindow } = this.ports.limits;
    const taken = await this.count(perWindow - (bringsFields ? 0 : this.reserved));
    return taken.granted ? this.permitsFor(taken) : taken;
  }

  /**
   * The turn of this moment to send relations: how many calls that are not full it has, 0 where another
   * worker has had it; and when the next one begins.
   */
  async tryGather(): Promise<{ readonly calls: number; readonly nextAt: EpochMs }> {
    const { moment, calls, nextAt } = this.pacing.gatherTurn(this.ports.clock.now());
    return { calls: (await this.add(moment, 1)) ? calls : 0, nextAt };
  }

  /**
   * Marketo said that the day's quota is used up (607, 20015): others use it, too. All leads wait for
   * the reset instead of probing.
   */
  async exhaust(): Promise<void> {
    const { clock, logger, limits } = this.ports;
    const all = this.pacing.usedUp(clock.now());
    if (all === undefined || !(await this.add(all, limits.dailyCalls))) return;
    logger.error('the day’s quota of Marketo is used up; all leads wait for its reset', {
      until: new Date(dayOf(clock.now()).resetsAt).toISOString(),
    });
  }

  private permitsFor({ day, validUntil }: Counted): Permits {
    const { clock } = this.ports;
    let left = 1;
    let started = 0;
    let refused: Refused | undefined;
    const giveBack = (): Promise<void> => {
      const rest = left;
      left = 0;
      return this.giveBack(day, rest);
    };
    return {
      granted: true,
      mayStart: async () => {
        if (left > 0 && clock.now() <= validUntil) {
          left -= 1;
          started += 1;
          return true;
        }
        await giveBack();
        const refusal = await this.another(started > 0);
        if (refusal) refused = refusal;
        else started += 1;
        return refusal === undefined;
      },
      started: () => started,
      refused: () => (started > 0 ? undefined : refused),
      giveBack,
    };
  }

  /** A permit for one more request, to be used at once; it can come too late, too. */
  private async another(isFurther: boolean): Promise<Refused | undefined> {
    const { clock, logger, limits } = this.ports;
    const max = limits.perWindow - (isFurther ? this.reserved : 0);
    try {
      const taken = await this.count(max);
      if (!taken.granted) return taken;
      if (clock.now() <= taken.validUntil) return undefined;
      await this.giveBack(taken.day, 1);
      return this.later('the permit came too late');
    } catch (error) {
      const reason = 'the counters of the budget cannot be used';
      logger.error(reason, { error: errorName(error) });
      return this.later(reason);
    }
  }

  /** Counts one request, unless its window would then have more than `most`. */
  private async count(max: number): Promise<Counted | Refused> {
    const { counters, clock, random } = this.ports;
    // Read before the counters are: how long they take comes off the permit's time.
    const now = clock.now();
    const asked = this.pacing.ask(1, now, random());
    if (asked.kind === 'wait') return this.refuse('the day of the quota is changing', asked.until);
    if (!(await this.add({ ...asked.permits, most: max }, 1)))
      return this.later('all calls of the moment are taken');
    const { day, validUntil } = asked;
    if (await this.add(day, 1)) return { granted: true, day, validUntil };
    const used = await counters.used(this.keyOf(day.key));
    const { until, isUsedUp } = this.pacing.afterDay(1, used, now, random());
    return this.refuseByPace(isUsedUp, until);
  }

  private async mayGoUnfilled(): Promise<boolean> {
    for (const count of this.pacing.unfilled(this.ports.clock.now()))
      if (await this.add(count, 1)) return true;
    return false;
  }

  /**
   * Takes requests that are not made off their day. Never rejects: a count that stays too high costs
   * calls but breaks no limit.
   */
  private async giveBack(day: Count, requests: number): Promise<void> {
    const { counters, logger } = this.ports;
    if (requests === 0) return;
    try {
      await counters.giveBack(this.keyOf(day.key), requests);
    } catch (error) {
      const facts = { requests, error: errorName(error) };
      logger.warn('calls that were not made could not be given back', facts);
    }
  }

  private add(count: Count, amount: number): Promise<boolean> {
    return this.ports.counters.add(this.keyOf(count.key), amount, count);
  }

  private keyOf(key: string): string {
    return counterOf(this.ports.name, key);
  }

  /** The day has no call to give: that is worth a line and a count. */
  private refuseByPace(isUsedUp: boolean, retryAt: EpochMs): Refused {
    const { logger, metrics } = this.ports;
    const reason = isUsedUp ? usedUp : paced;
    const until = new Date(retryAt).toISOString();
    logger.warn('no call may go now', { because: reason, until });
    metrics.count('BudgetWaits');
    return this.refuse(reason, retryAt);
  }

  private later(reason: string): Refused {
    const { clock, random } = this.ports;
    return this.refuse(reason, this.pacing.afterSlots(clock.now(), random()));
  }

  private refuse(reason: string, retryAt: EpochMs): Refused {
    return { granted: false, reason, retryAt };
  }
}
