import type { Logger } from '../delivery.ts';
import { expireHeld, hasHeld } from '../lead/keys.ts';
import { messageHashOf } from '../segment/order.ts';
import type { KeyId, LeadId } from '../lead/types.ts';
import type { Clock, DueQueue, LeadsTable, WakeCursor } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { AbsorbEvents } from './absorbEvents.ts';
import { parseKey } from './store.ts';
import type { Store } from './store.ts';

interface SweepPorts {
  readonly store: Store;
  readonly table: LeadsTable;
  readonly due: DueQueue;
  readonly absorbEvents: AbsorbEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shards: number;
  readonly graceMs: number;
  readonly holdMs: number;
}

/**
 * Wakes what should have been awake by now: leads whose due message is lost or whose wait was longer
 * than SQS's delay, half-done moves, and held mailboxes whose time has ended. Stops at `until`; the
 * next sweep goes on.
 */
export const createSweep = (ports: SweepPorts) => {
  const { store, table, due, absorbEvents, clock, logger, shards, graceMs, holdMs } = ports;

  const isPast = (wakeAt: EpochMs | undefined, before: EpochMs): boolean =>
    wakeAt !== undefined && wakeAt < before;

  const wakeLeads = async (leads: readonly LeadId[], before: EpochMs): Promise<void> => {
    const items = [...(await store.leads(leads))];
    // The index lags behind the table; the table decides.
    const asleep = items.filter(([, { state, wakeAt }]) => state && isPast(wakeAt, before));
    await due.send(asleep.map(([lead]) => ({ lead, delaySeconds: 0 })));
    await Promise.all(
      asleep.map(async ([lead, loaded]) => {
        if (loaded.state) await store.sweptLead(lead, loaded, loaded.state);
      }),
    );
  };

  const wakeKey = async (key: KeyId, before: EpochMs): Promise<void> => {
    const loaded = (await store.keys([key])).get(key) ?? {};
    const item = loaded.state;
    if (item === undefined || !isPast(loaded.wakeAt, before)) return;
    if (item.link !== undefined && hasHeld(item)) {
      await absorbEvents.finishMove(key, loaded, item);
      return;
    }
    const expired = expireHeld(item, key, clock.now(), holdMs);
    if (expired === undefined) return;
    await absorbEvents.bury(expired.dead);
    if (!(await store.saveKey(key, loaded, expired.key))) return;
    const messages = [...new Set(expired.dead.fields.map(({ order }) => messageHashOf(order)))];
    logger.delivery({ step: 'dead', lead: key, messages, because: expired.dead.because });
  };

  const sweepShard = async (shard: number, before: EpochMs, until: EpochMs): Promise<void> => {
    let after: WakeCursor | undefined;
    do {
      const page = await table.waking(shard, before, after);
      const parsed = page.keys.map(parseKey);
      await wakeLeads(
        parsed.flatMap(({ lead }) => lead ?? []),
        before,
      );
      const keys = parsed.flatMap(({ key }) => key ?? []);
      await Promise.all(keys.map((key) => wakeKey(key, before)));
      after = page.next;
    } while (after !== undefined && clock.now() < until);
  };

  return async (until: EpochMs): Promise<void> => {
    const before = epochMs(clock.now() - graceMs);
    const all = Array.from({ length: shards }, (_, shard) => sweepShard(shard, before, until));
    await Promise.all(all);
  };
};
