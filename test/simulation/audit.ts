import { hasHeld } from '../../lambdas/lead/keys.ts';
import { hasPending, needAt } from '../../lambdas/lead/mailbox.ts';
import type { KeyItem, LeadId, Mailbox } from '../../lambdas/lead/types.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import type { WorldQueues } from './queues.ts';
import type { Scheduler } from './scheduler.ts';
import type { Item } from './storage.ts';

interface AuditPorts {
  readonly scheduler: Scheduler;
  readonly queues: WorldQueues;
  readonly mailboxes: () => readonly Item<Mailbox>[];
  readonly keys: () => readonly Item<KeyItem>[];
  readonly calmAt: number;
}

const everyMs = 10_000;
/** When nothing fails any more. */
const calmEveryMs = 60_000;
/** Waits that may be too long for a due message, as they look a while after they began. */
const longMs = leadTiming.longestDelayMs - calmEveryMs;

/**
 * Looks every few seconds for leads that have something to say and that no message will wake. While
 * events are on their queue their own redelivery may be what wakes a lead, so it then looks away.
 */
export const createAudit = ({ scheduler, queues, mailboxes, keys, calmAt }: AuditPorts) => {
  const overlooked = new Set<string>();
  /** The end of each wait that was seen to be too long for a due message: the sweep ends it. */
  const longWaits = new Map<string, number>();

  const isLongWait = ({ key, state }: Item<Mailbox>): boolean => {
    const need = needAt(state) ?? 0;
    if (need - scheduler.now() > longMs) longWaits.set(key, need);
    return longWaits.get(key) === need;
  };

  /** Items that did not change are not looked at again. */
  const known = new WeakMap<Item<Mailbox>, boolean>();
  const isPending = (item: Item<Mailbox>): boolean => {
    const before = known.get(item);
    if (before !== undefined) return before;
    const now = hasPending(item.state);
    known.set(item, now);
    return now;
  };

  const look = (): void => {
    const pending = mailboxes().filter(isPending);
    const short = pending.filter((item) => !isLongWait(item));
    if (short.length === 0 || !queues.events.isEmpty()) return;
    const promised = queues.due.promisedLeads();
    // A move that is half done is the sweep's to finish, with its lead.
    const moving = new Set(
      keys().flatMap(({ state }) => (state.link && hasHeld(state) ? [state.link.lead] : [])),
    );
    for (const { key } of short) {
      const lead = key as LeadId;
      if (!promised.has(lead) && !moving.has(lead)) overlooked.add(lead);
    }
  };

  const watchForEver = async (): Promise<void> => {
    for (;;) {
      await scheduler.sleep(scheduler.now() < calmAt ? everyMs : calmEveryMs);
      look();
    }
  };

  return { watchForEver, overlooked };
};
