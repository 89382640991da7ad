import { hasHeld } from '../../lambdas/lead/keys.ts';
import { hasPending } from '../../lambdas/lead/mailbox.ts';
import type { KeyItem, LeadId, Mailbox } from '../../lambdas/lead/types.ts';
import type { WorldQueues } from './queues.ts';
import type { Scheduler } from './scheduler.ts';
import type { Item } from './storage.ts';

interface AuditPorts {
  readonly scheduler: Scheduler;
  readonly queues: WorldQueues;
  readonly mailboxes: () => readonly Item<Mailbox>[];
  readonly keys: () => readonly Item<KeyItem>[];
}

const everyMs = 10_000;

/**
 * Looks every few seconds for leads that have something to say and that no message will wake. While
 * events are on their queue their own redelivery may be what wakes a lead, so it then looks away.
 */
export const createAudit = ({ scheduler, queues, mailboxes, keys }: AuditPorts) => {
  const overlooked = new Set<string>();

  const look = (): void => {
    const pending = mailboxes().filter(({ state }) => hasPending(state));
    if (pending.length === 0 || !queues.events.isEmpty()) return;
    const promised = queues.due.promisedLeads();
    // A move that is half done is the sweep's to finish, with its lead.
    const moving = new Set(
      keys().flatMap(({ state }) => (state.link && hasHeld(state) ? [state.link.lead] : [])),
    );
    for (const { key } of pending) {
      const lead = key as LeadId;
      if (!promised.has(lead) && !moving.has(lead)) overlooked.add(lead);
    }
  };

  const watchForEver = async (): Promise<void> => {
    for (;;) {
      await scheduler.sleep(everyMs);
      look();
    }
  };

  return { watchForEver, overlooked };
};
