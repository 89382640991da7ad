import { isReady, laneOf, nextAtOf } from '../lead/schedule.ts';
import type { Lane } from '../lead/schedule.ts';
import { readyRelations } from '../lead/relationsReady.ts';
import type { LeadId, Mailbox } from '../lead/leadTypes.ts';
import type { Clock } from '../ports.ts';
import type { MarketoLeads } from '../marketo/marketoPorts.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { gatherLimits, tickTiming } from '../limits.ts';
import type { Store } from '../store/leadStore.ts';
import { parseKey } from '../store/leadStore.ts';
import type { DueIndex } from './dueIndex.ts';
import type { Ready, ReadyLead } from './callPlan.ts';
import { planNext } from './callPlan.ts';

/** What a look at the index found: of each lane, at most as many as were asked for. */
interface Found extends Ready {
  /** Named leads that have only relations to tell. */
  readonly relations: readonly ReadyLead[];
  /** When the next one is due, if that is soon: by another machine's clock it may be due already. */
  readonly soonAt?: EpochMs;
}

interface ReadyLeadPorts {
  readonly store: Pick<Store, 'leads'>;
  readonly index: DueIndex;
  readonly marketo: Pick<MarketoLeads, 'plan'>;
  readonly clock: Clock;
}

/** How many leads are read at once: one BatchGetItem. */
const readAtOnce = 100;

/** A call carries few cookies, so a few leads may fill it; a backlog is not read for each call. */
const firstOfRest = 10;

/**
 * Leads that may go now: those that a tick named, then those of the index, the earliest of each lane
 * first. The index lags behind the table, so each is read consistently and asked itself.
 */
export class ReadyLeads {
  private readonly ports: ReadyLeadPorts;

  constructor(ports: ReadyLeadPorts) {
    this.ports = ports;
  }

  /** At most so many of each lane. */
  async find(named: ReadonlySet<LeadId>, max: number, until: EpochMs): Promise<Found> {
    const { index, clock, marketo } = this.ports;
    const seen = new Set<LeadId>(named);
    const soonBy = epochMs(clock.now() + tickTiming.clockSkewMs);
    let soonAt: EpochMs | undefined;
    const readyOf = async (leads: readonly LeadId[]): Promise<ReadyLead[]> => {
      const all = await this.read(leads);
      for (const { loaded } of all) {
        const nextAt = nextAtOf(loaded.state);
        if (nextAt !== undefined && nextAt > clock.now() && nextAt <= (soonAt ?? soonBy))
          soonAt = nextAt;
      }
      return all.filter(({ loaded }) => isReady(loaded.state, clock.now()));
    };
    /** Adds leads of a lane until there are too many, or enough for a call. */
    const addDue = async (
      lane: Lane,
      ready: ReadyLead[],
      first: number,
      isEnough: () => boolean,
    ): Promise<boolean> => {
      let next: LeadId[] = [];
      let size = first;
      for await (const { key } of index.due([lane], until, soonBy)) {
        if (ready.length > max || isEnough()) return true;
        const { lead } = parseKey(key);
        if (lead === undefined || seen.has(lead)) continue;
        seen.add(lead);
        next.push(lead);
        if (next.length < Math.min(size, max + 1 - ready.length)) continue;
        ready.push(...(await readyOf(next)));
        next = [];
        size = readAtOnce;
      }
      ready.push(...(await readyOf(next)));
      return ready.length > max;
    };
    const first = await readyOf([...named]);
    // Each in its lane: named ones without fields must not keep fields of the index from being found.
    const isIn = (lane: Lane) => (one: ReadyLead) => laneOf(one.loaded.state, clock.now()) === lane;
    const fields = first.filter(isIn('fields'));
    const rest = first.filter(isIn('rest'));
    const hasMoreFields = await addDue('fields', fields, readAtOnce, () => false);
    let planned = 0;
    const fillsCall = (): boolean => {
      if (rest.length === planned) return false;
      planned = rest.length;
      return planNext(marketo, { ready: rest, hasMore: none }, clock.now()).some(
        ({ isFull }) => isFull,
      );
    };
    const hasMoreRest = await addDue('rest', rest, firstOfRest, fillsCall);
    return {
      ready: [...fields.slice(0, max), ...rest.slice(0, max)],
      relations: first.filter(isIn('relations')),
      hasMore: { fields: hasMoreFields, rest: hasMoreRest },
      ...(soonAt !== undefined && { soonAt }),
    };
  }

  /** Leads that have only relations to tell: the named ones, then the earliest of the index. */
  async relations(
    named: readonly ReadyLead[],
    until: EpochMs,
  ): Promise<{ readonly ready: readonly ReadyLead[]; readonly hasMore: boolean }> {
    const { index, clock } = this.ports;
    const ready = [...named];
    const seen = new Set(named.map(({ lead }) => lead));
    let next: LeadId[] = [];
    let bytes = 0;
    const add = async (): Promise<void> => {
      for (const one of await this.read(next)) {
        const { state } = one.loaded;
        if (!isReady(state, clock.now()) || !mayGather(state, clock.now())) continue;
        ready.push(one);
        bytes += JSON.stringify(state).length;
      }
      next = [];
    };
    for await (const { key } of index.due(['relations'], until)) {
      const { lead } = parseKey(key);
      if (lead === undefined || seen.has(lead)) continue;
      seen.add(lead);
      next.push(lead);
      if (next.length >= readAtOnce) await add();
      if (ready.length >= gatherLimits.leads || bytes >= gatherLimits.bytes)
        return { ready, hasMore: true };
    }
    await add();
    return { ready, hasMore: false };
  }

  private async read(leads: readonly LeadId[]): Promise<ReadyLead[]> {
    if (leads.length === 0) return [];
    const items = await this.ports.store.leads(leads);
    return leads.flatMap((lead): ReadyLead[] => {
      const { state, ...item } = items.get(lead) ?? {};
      return state ? [{ lead, loaded: { ...item, state } }] : [];
    });
  }
}

/**
 * Whether a lead of this lane may go. The index says what was ready at its time: what it did, tried again, may have
 * become ready, too, since.
 */
const mayGather = (mailbox: Mailbox, now: EpochMs): boolean =>
  laneOf(mailbox, now) !== 'fields' && readyRelations(mailbox, now).length > 0;

const none = { fields: false, rest: false };
