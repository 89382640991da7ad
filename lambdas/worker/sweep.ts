import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import { messagesIn } from '../lead/deadLetters.ts';
import { expireHeld, hasHeld } from '../lead/keys.ts';
import { hasFields, needAt } from '../lead/mailbox.ts';
import type { KeyId, LeadId } from '../lead/types.ts';
import type { Clock } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';
import type { AbsorbEvents } from '../absorb/absorbEvents.ts';
import type { Budget } from '../sync/budget.ts';
import type { CallUp } from './callUp.ts';
import type { Candidate } from '../sync/candidates.ts';
import { concurrently } from '../concurrently.ts';
import type { SharedLine } from './line.ts';
import type { Store } from '../store/leadStore.ts';
import type { WakeIndex } from './wakeIndex.ts';
import { byWakeTime } from './wakeOrder.ts';

interface SweepPorts {
  readonly store: Store;
  readonly wakeIndex: WakeIndex;
  readonly absorbEvents: AbsorbEvents;
  readonly budget: Budget;
  readonly line: SharedLine;
  readonly callUp: CallUp;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs: number;
  readonly timing: Pick<LeadTiming, 'sweepGraceMs' | 'longestDelayMs' | 'lineBackMs'>;
  readonly holdMs: number;
}

/**
 * Wakes what should have been awake by now: leads whose due message is lost or whose wait was longer
 * than SQS's delay, half-done moves, and held mailboxes whose time has ended; then leads that stand
 * in line for the budget. Leads are woken only as fast as the budget carries, whoever waits longest
 * first. Stops at `until`; the next sweep goes on.
 */
export const createSweep = (ports: SweepPorts) => {
  const { store, wakeIndex, absorbEvents, budget, line, callUp } = ports;
  const { clock, logger, everyMs, timing, holdMs } = ports;

  const isPast = (wakeAt: EpochMs | undefined, before: EpochMs): boolean =>
    wakeAt !== undefined && wakeAt < before;

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
    if (!(await store.saveKey(key, loaded, expired.key))) {
      await absorbEvents.unbury(expired.dead);
      return;
    }
    const messages = messagesIn(expired.dead);
    logger.delivery({ step: 'dead', lead: key, messages, because: expired.dead.because });
  };

  const wakeKeys = (keys: readonly KeyId[], before: EpochMs): Promise<unknown> =>
    concurrently(
      keys,
      (key) => wakeKey(key, before),
      (key, error) => {
        logger.error('the sweep could not wake a key', { key, error: errorName(error) });
      },
    );

  /** Leads that stand in line, as the wake index has them: behind all waits that due messages end. */
  const inLine = async (until: EpochMs): Promise<readonly (readonly LeadId[])[]> => {
    const now = clock.now();
    const [soon, all] = await Promise.all([
      wakeIndex(epochMs(now + timing.longestDelayMs), until),
      wakeIndex(epochMs(now + timing.lineBackMs + timing.sweepGraceMs), until),
    ]);
    const others = new Set(soon.leads.flat());
    return all.leads.map((shard) => shard.filter((lead) => !others.has(lead)));
  };

  const isInLine = ({ loaded }: Candidate): boolean =>
    isPast(epochMs(clock.now() + timing.longestDelayMs), needAt(loaded.state) ?? epochMs(0));

  const wakeLeads = async (
    late: readonly (readonly LeadId[])[],
    before: EpochMs,
    until: EpochMs,
  ): Promise<void> => {
    const requests = await budget.room(everyMs);
    if (requests === 0) return;
    const isLookedFor = await line.isLookedFor();
    let isFound = false;
    let areFieldsGone = false;
    async function* waiting(): AsyncGenerator<Candidate, void> {
      yield* byWakeTime(store, late, ({ loaded }) => isPast(loaded.wakeAt, before));
      if (!isLookedFor) return;
      for await (const one of byWakeTime(store, await inLine(until), isInLine)) {
        isFound = true;
        // They stand before all others.
        areFieldsGone ||= !hasFields(one.loaded.state);
        yield one;
      }
    }
    const isEmptied = await callUp(
      waiting(),
      { requests, withinMs: everyMs },
      until,
      ({ lead }, error) => {
        logger.error('the sweep could not wake a lead', { lead, error: errorName(error) });
      },
    );
    if (isLookedFor) await line.swept({ isFound, isEmptied, areFieldsGone });
  };

  return async (until: EpochMs): Promise<void> => {
    const before = epochMs(clock.now() - timing.sweepGraceMs);
    const { keys, leads } = await wakeIndex(before, until);
    await wakeKeys(keys, before);
    await wakeLeads(leads, before, until);
  };
};
