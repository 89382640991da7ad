import type { IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type { PlantedFault } from './plantedFaultTools.ts';
import { onMailboxes, onTable } from './plantedFaultTools.ts';

const isNewly = (
  { deleted }: Pick<Mailbox, 'deleted'>,
  before: Pick<Mailbox, 'deleted'>,
): boolean => deleted !== undefined && deleted !== before.deleted;

/** Two people whose e-mails stay: nobody's deletion reaches the other one's keys. */
const deleting = {
  hasDeletes: true,
  people: 2,
  emailChange: 'newLead',
  newEmails: 'none',
  hasServers: false,
} as const;

/** Faults in the rule of deletions: what is older goes, what is newer stays. */
export const deletionPlantedFaults: Readonly<Record<string, PlantedFault>> = {
  'a deletion that takes what is newer than it': {
    breaks: 'no accepted event is lost',
    ports: onMailboxes((mailbox, before) =>
      isNewly(mailbox, before) ? { ...mailbox, fields: {} } : mailbox,
    ),
    character: deleting,
  },
  'a deletion that leaves what a key holds': {
    breaks: 'nothing of a deleted user is kept, or comes back',
    ports: onTable((table) => ({
      write: async (name, item, expected) => {
        const key = item.state as IdentityRecord;
        const before = name.startsWith('key#') ? (await table.read([name])).get(name) : undefined;
        const held = before?.state as IdentityRecord | undefined;
        const isDeleted = key.deleted !== undefined && key.link === undefined;
        const state = held && isDeleted ? { ...key, fields: held.fields } : item.state;
        return table.write(name, { ...item, state }, expected);
      },
    })),
    character: deleting,
  },
};
