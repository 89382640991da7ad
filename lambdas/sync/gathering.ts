import type { Clock } from '../ports.ts';
import type { MarketoLeads } from '../marketo/marketoPorts.ts';
import type { EpochMs } from '../segment/time.ts';
import { marketoLimits } from '../limits.ts';
import type { Update } from '../marketo/marketoTypes.ts';
import type { Ticks } from '../store/ticks.ts';
import type { Budget, Permits } from './budget.ts';
import type { DueIndex } from './dueIndex.ts';
import type { ReadyLead } from './callPlan.ts';
import { relationsOf } from './callPlan.ts';
import type { ReadyLeads } from './readyLeads.ts';

/*
 * Relations (memberships of static lists, say) of leads that have nothing else to tell. One request takes
 * 300 leads of one list, so they gather: in each moment of a few seconds one worker has the turn, reads
 * all that wait, and sends the largest groups. A lone change has the turn at once; the more there are, the
 * more a request carries.
 */

interface GatheringPorts {
  readonly marketo: Pick<MarketoLeads, 'plan'>;
  readonly readyLeads: Pick<ReadyLeads, 'relations'>;
  readonly index: Pick<DueIndex, 'heads'>;
  readonly budget: Pick<Budget, 'tryGather' | 'tryAcquire'>;
  readonly ticks: Pick<Ticks, 'look'>;
  readonly clock: Clock;
}

interface GatherMoment {
  /** Leads with relations that a tick named. */
  readonly named: readonly ReadyLead[];
  readonly until: EpochMs;
  readonly hasTime: () => boolean;
  /** One lead tries for all. */
  readonly isProbe: boolean;
  readonly call: (
    updates: readonly Update[],
    leads: readonly ReadyLead[],
    permits: Permits,
  ) => Promise<{
    readonly isCalled: boolean;
    readonly goesOn: boolean;
    readonly retryAt?: EpochMs;
  }>;
}

/** Sends gathered relations, one worker at a time. */
export class Gathering {
  private readonly ports: GatheringPorts;
  /** Somebody has had the turn of this moment. */
  private takenUntil = 0;

  constructor(ports: GatheringPorts) {
    this.ports = ports;
  }

  /** Resolves to what came of the last call; `undefined` where none was made. */
  async run(moment: GatherMoment): Promise<Awaited<ReturnType<GatherMoment['call']>> | undefined> {
    const { index, budget, ticks, clock } = this.ports;
    const { named } = moment;
    if (clock.now() < this.takenUntil) {
      if (named.length > 0) ticks.look(this.takenUntil as EpochMs);
      return undefined;
    }
    if (named.length === 0 && (await index.heads(['relations'])).length === 0) return undefined;
    const granted = await budget.tryGather();
    this.takenUntil = granted.nextAt;
    if (granted.calls > 0) return this.send(moment, granted.calls, granted.nextAt);
    ticks.look(granted.nextAt);
    return undefined;
  }

  /** The largest groups; as many calls that are not full as the moment has, and any that are. */
  private async send(
    { named, until, hasTime, isProbe, call }: GatherMoment,
    max: number,
    nextAt: EpochMs,
  ) {
    const { marketo, readyLeads, budget, ticks, clock } = this.ports;
    const { ready, hasMore } = await readyLeads.relations(named, until);
    const leads = isProbe ? ready.slice(0, 1) : ready;
    let unfilled = max;
    let last: Awaited<ReturnType<GatherMoment['call']>> | undefined;
    let isLeft = hasMore;
    for (const updates of marketo.plan(leads.map((one) => relationsOf(one, clock.now())))) {
      const isFull = updates.length >= marketoLimits.leadsPerCall;
      if (last?.goesOn === false || !hasTime() || (!isFull && unfilled === 0)) {
        isLeft = true;
        break;
      }
      const permits = await budget.tryAcquire({ isFull: true, bringsFields: false });
      if (!permits.granted) {
        ticks.look(permits.retryAt);
        isLeft = true;
        break;
      }
      if (!isFull) unfilled -= 1;
      last = await call(updates, leads, permits);
    }
    if (isLeft) ticks.look(nextAt);
    return last;
  }
}
