import type { Logger } from '../../delivery.ts';
import { importsFrom } from '../../lead/backlogImport.ts';
import { without } from '../../lead/without.ts';
import type { ImportLimits, ImportTiming, LeadTiming } from '../../limits.ts';
import { tickTiming } from '../../limits.ts';
import type { Clock } from '../../ports.ts';
import type { EpochMs } from '../../segment/time.ts';
import { epochMs } from '../../segment/time.ts';
import type { ImportJob, ImportsState } from '../../store/importStore.ts';
import type { LeadsTable } from '../../store/leadsTable.ts';
import type { Budget } from '../budget.ts';
import type { CircuitBreaker } from '../circuitBreaker.ts';
import type { SchemaCache } from '../schemaCache.ts';
import type { FollowImport } from './followImport.ts';
import type { ImportBacklog } from './importBacklog.ts';
import type { ImportsItem } from './importsItem.ts';
import type { StartImport, Started } from './startImport.ts';

interface ImporterPorts {
  readonly item: ImportsItem;
  readonly backlog: ImportBacklog;
  readonly start: StartImport;
  readonly follow: FollowImport;
  readonly table: Pick<LeadsTable, 'count'>;
  readonly shards: number;
  readonly budget: Budget;
  readonly breaker: CircuitBreaker;
  readonly fields: SchemaCache;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: ImportLimits;
  readonly timing: ImportTiming & Pick<LeadTiming, 'callTimeoutMs' | 'settleMarginMs'>;
}

/** Whether imports have to carry what is due; `later`: no call may go now, so that nobody counted. */
type Wanted = 'now' | 'later' | 'no';

/** How the item changes with what came of a start. */
type Change = (state: ImportsState) => ImportsState;

/**
 * Carries a backlog by bulk imports. One worker at a time has the turn, once a minute: it looks after the jobs that
 * there are, and begins others while the backlog asks for them.
 */
export class Importer {
  private readonly ports: ImporterPorts;

  constructor(ports: ImporterPorts) {
    this.ports = ports;
  }

  /** Rejects when the table or the counters fail. */
  async run(until: EpochMs): Promise<void> {
    const { item, clock } = this.ports;
    const before = await item.load();
    const { jobs = [], kinds = [] } = before;
    const isIdle = jobs.length + kinds.length === 0;
    if (isIdle && (await this.wanted(before)) !== 'now') return;
    const now = clock.now();
    const turnUntil = epochMs(until + tickTiming.clockSkewMs);
    const claimed = await item.update((state) =>
      (state.turnUntil ?? 0) > now ? undefined : { ...state, turnUntil },
    );
    if (claimed === undefined) return;
    try {
      for (const job of claimed.jobs ?? []) await this.follow(job, until);
      while (await this.startNext(until));
    } finally {
      await item.update((state) => without(state, 'turnUntil'));
    }
  }

  private async follow(given: ImportJob, until: EpochMs): Promise<void> {
    const { follow, item, clock, timing } = this.ports;
    const { job, hasFailed } = await follow.run(given, until);
    if (job !== undefined) return;
    const notBefore = epochMs(clock.now() + timing.failedPauseMs);
    await item.update((state) => ({
      ...state,
      jobs: (state.jobs ?? []).filter(({ owner }) => owner !== given.owner),
      ...(hasFailed && { notBefore, kinds: [] }),
    }));
  }

  /** Whether so many leads are due that imports have to carry them. */
  private async wanted(state: ImportsState): Promise<Wanted> {
    const { budget, table, shards, clock, limits } = this.ports;
    const { kinds = [], onUntil = 0, askedUntil = 0, notBefore = 0 } = state;
    const now = clock.now();
    if (notBefore > now) return 'no';
    const { calls: callsLeft, mayGo } = await budget.left();
    if (!mayGo) return 'later';
    const isOn = kinds.length > 0 && onUntil > now;
    const asked = { callsLeft, isAsked: askedUntil > now, isOn };
    const from = importsFrom(asked, limits);
    let due = 0;
    for (let shard = 0; shard < shards && due < from; shard += 1)
      due += await table.count('fields', shard, now, from - due);
    return due >= from ? 'now' : 'no';
  }

  /** Begins an import where one is wanted and may be; resolves to whether another may follow. */
  private async startNext(until: EpochMs): Promise<boolean> {
    const { item, clock, limits, timing } = this.ports;
    const state = await item.load();
    const now = clock.now();
    const onUntil = epochMs(now + timing.onMs);
    const hasTime = now + timing.callTimeoutMs + timing.settleMarginMs <= until;
    const isOn = (state.kinds ?? []).length > 0;
    if (!hasTime || (state.jobs ?? []).length >= limits.jobsAtOnce) {
      if (isOn) await item.update((one) => ({ ...one, onUntil }));
      return false;
    }
    const wanted = await this.wanted(state);
    if (wanted !== 'now') {
      const kinds = wanted === 'later' ? state.kinds : [];
      if (isOn) await item.update((one) => ({ ...one, onUntil, ...(kinds && { kinds }) }));
      return false;
    }
    const { change, goesOn } = await this.start(until);
    await item.update((one) => change({ ...one, onUntil }));
    return goesOn;
  }

  private async start(until: EpochMs): Promise<{ change: Change; goesOn: boolean }> {
    const { backlog, start, fields, breaker, clock, logger, limits, timing } = this.ports;
    const ended = (more: Partial<ImportsState> = {}) => ({
      change: (state: ImportsState) => ({ ...state, ...more }),
      goesOn: false,
    });
    const pause = (ms: number) => ended({ notBefore: epochMs(clock.now() + ms), kinds: [] });
    const passage = await breaker.tryAcquire();
    if (!passage.allowed || passage.isProbe) {
      if (passage.allowed) await breaker.releaseProbe();
      return ended({ kinds: [] });
    }
    if ((await fields.refresh()) === 'unanswered') return ended({ kinds: [] });
    const known = await fields.known();
    // Without it only standard fields would go, and the others once more.
    if (!known.isDescribed) return ended();
    const groups = await backlog(known, until);
    const large = groups.filter(({ leads }) => leads.length >= limits.minRows);
    const [first] = large;
    if (first === undefined) return pause(timing.fewPauseMs);
    const kinds = large.map(({ kind }) => kind);
    const started = await start.run(first.kind, first.leads, known, until);
    if (started === undefined) return ended({ kinds });
    if ('job' in started)
      return {
        change: (state) => ({ ...state, kinds, jobs: [...(state.jobs ?? []), started.job] }),
        goesOn: true,
      };
    logger.warn('no bulk import could begin', { because: reasonOf(started) });
    await this.passOn(started);
    const isShort = started.isFull ?? started.verdict.kind === 'unavailable';
    return pause(isShort ? timing.fullPauseMs : timing.failedPauseMs);
  }

  /** What a refused upload means for all leads. */
  private async passOn({ verdict }: Refused): Promise<void> {
    const { budget, breaker } = this.ports;
    if (verdict.kind !== 'unavailable' || verdict.isUnsent) return;
    if (verdict.isDayUsedUp) await budget.exhaust();
    await breaker.trip(verdict.because);
  }
}

type Refused = Exclude<Started, { job: unknown }>;

const reasonOf = ({ verdict }: Refused): string =>
  'because' in verdict ? verdict.because : verdict.kind;
