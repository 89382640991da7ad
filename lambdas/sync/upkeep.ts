import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import { messagesIn } from '../lead/deadLetterParts.ts';
import { expireHeld, hasHeld } from '../lead/keys.ts';
import type { ErasureId } from '../lead/erasurePlan.ts';
import type { KeyId, LeadId } from '../lead/leadTypes.ts';
import type { Clock } from '../ports.ts';
import type { DueItem } from '../store/leadsTable.ts';
import type { Metrics } from '../metricNames.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { AbsorbEvents } from '../absorb/absorbEvents.ts';
import type { Visits } from '../absorb/visits.ts';
import { tickTiming } from '../limits.ts';
import { concurrently } from '../concurrently.ts';
import type { Store } from '../store/leadStore.ts';
import { parseKey } from '../store/leadStore.ts';
import type { DueIndex } from './dueIndex.ts';
import type { Remover } from './remover.ts';

interface UpkeepPorts {
  readonly store: Store;
  readonly index: DueIndex;
  readonly absorbEvents: Pick<AbsorbEvents, 'finishMove' | 'eraser' | 'putDeadLetter'>;
  readonly visits: Visits;
  readonly remover: Pick<Remover, 'run'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly holdMs: number;
  readonly timing: { readonly endedHoldKeepMs: number };
}

/** How many items one look takes up; the next look goes on. */
const maxItems = 1_000;

/** Later than any `nextAt`. */
const everything = epochMs(Number.MAX_SAFE_INTEGER);

/** Does what is due beside calls to Marketo: visits, half-done moves, holds that have ended. */
export class Upkeep {
  private readonly ports: UpkeepPorts;
  private noLegacyUntil = 0;

  constructor(ports: UpkeepPorts) {
    this.ports = ports;
  }

  /**
   * Tells the metrics how many leads are due, and for how long the first of them has been. Of a backlog
   * it counts a page of each shard: what waits costs nothing more, however many they are.
   */
  async measure(): Promise<void> {
    const { index, clock, metrics } = this.ports;
    const due = await index.heads(['fields', 'relations', 'rest']);
    const oldest = due.reduce<number>((first, { nextAt }) => Math.min(first, nextAt), clock.now());
    metrics.record('LeadsDue', due.length);
    metrics.record('OldestDue', clock.now() - oldest);
  }

  /** Tries the visits whose time has come. */
  async visits(until: EpochMs): Promise<void> {
    const { index, visits } = this.ports;
    const due = await firstOf(index.due(['visits'], until));
    await visits.retry(due.map(({ key }) => parseKey(key).visit).filter((id) => id !== undefined));
  }

  /**
   * Finishes moves and erasures, those in Marketo included, and makes dead letters of what was held for too
   * long.
   */
  async keys(until: EpochMs): Promise<void> {
    const due = await firstOf(this.ports.index.due(['keys'], until));
    const parsed = due.map(({ key }) => parseKey(key));
    await concurrently(
      parsed,
      async ({ key, erasure }) => {
        if (key !== undefined) await this.wakeKey(key);
        if (erasure !== undefined) await this.resume(erasure);
      },
      this.failed,
    );
    await this.ports.remover.run(parsed.flatMap(({ removal }) => removal ?? []));
  }

  /** Gives items of version 0.1, whose entries stand in no lane, entries of today. */
  async legacy(until: EpochMs): Promise<void> {
    const { index, clock } = this.ports;
    if (clock.now() < this.noLegacyUntil) return;
    const all = await firstOf(index.due(['legacy'], until, everything));
    if (all.length === 0) this.noLegacyUntil = epochMs(clock.now() + tickTiming.legacyEveryMs);
    await concurrently(
      all.map(({ key }) => parseKey(key)),
      (one) => this.reindex(one),
      this.failed,
    );
  }

  private readonly failed = (_: unknown, error: unknown): void => {
    this.ports.logger.error('an item that is due could not be written; the next tick tries again', {
      error: errorName(error),
    });
  };

  private async reindex({ lead, key }: { lead?: LeadId; key?: KeyId }): Promise<void> {
    const { store } = this.ports;
    if (lead !== undefined) {
      const loaded = (await store.leads([lead])).get(lead) ?? {};
      if (loaded.state) await store.saveLead(lead, loaded, loaded.state);
    }
    if (key !== undefined) {
      const loaded = (await store.keys([key])).get(key) ?? {};
      if (loaded.state) await store.saveKey(key, loaded, loaded.state);
    }
  }

  /** Goes on with an erasure whose time has come. */
  private async resume(id: ErasureId): Promise<void> {
    const { store, absorbEvents, clock } = this.ports;
    const loaded = (await store.erasures([id])).get(id) ?? {};
    if (loaded.entry === undefined || loaded.entry.nextAt > clock.now()) return;
    await absorbEvents.eraser.resume(id, loaded);
  }

  private async wakeKey(key: KeyId): Promise<void> {
    const { store, absorbEvents, clock, logger, holdMs, timing } = this.ports;
    const loaded = (await store.keys([key])).get(key) ?? {};
    const item = loaded.state;
    if (item === undefined || loaded.entry === undefined || loaded.entry.nextAt > clock.now())
      return;
    if (item.link !== undefined && hasHeld(item)) {
      await absorbEvents.finishMove(key, loaded, item);
      return;
    }
    const expired = expireHeld(item, key, clock.now(), { ...timing, holdMs });
    if (expired === undefined) return;
    await absorbEvents.putDeadLetter(expired.dead);
    if (!(await store.saveKey(key, loaded, expired.key))) return;
    const messages = messagesIn(expired.dead);
    logger.delivery({ step: 'dead', lead: key, messages, because: expired.dead.because });
  }
}

const firstOf = async (items: AsyncIterable<DueItem>): Promise<DueItem[]> => {
  const all: DueItem[] = [];
  for await (const item of items) {
    all.push(item);
    if (all.length >= maxItems) break;
  }
  return all;
};
