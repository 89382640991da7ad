import type { Logger } from '../delivery.ts';
import { hashOf } from '../digest.ts';
import type { States } from '../lead/absorb.ts';
import type { NamedPage, Page } from '../lead/pages.ts';
import { withKeyPages, withLeadPages } from '../lead/pages.ts';
import { afterDeletion, restore, noteKeys } from '../lead/tombstone.ts';
import { hasHeld } from '../lead/keys.ts';
import { waitsForLock } from '../lead/schedule.ts';
import type { KeyId, IdentityRecord, KeyPageId, LeadId, Mailbox } from '../lead/leadTypes.ts';
import { trimKey } from '../lead/user.ts';
import type { Clock } from '../ports.ts';
import type { Metrics } from '../metricNames.ts';
import type { LeadLimits } from '../limits.ts';
import { reportErased } from './eraser.ts';
import { every } from './every.ts';
import type { Loaded, Store } from '../store/leadStore.ts';

/** The items that a group of events touches, as they were read. */
export interface Items {
  readonly leads: ReadonlyMap<LeadId, Loaded<Mailbox>>;
  readonly keys: ReadonlyMap<KeyId, Loaded<IdentityRecord>>;
}

interface PersistPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly limits: LeadLimits;
}

/** Writes states over the items from which they were made; resolves to false on a lost race. */
export const createPersist = ({ store, clock, logger, metrics, limits }: PersistPorts) => {
  const savePages = async (pages: readonly NamedPage[]): Promise<void> => {
    for (const { id, page } of pages) await store.savePage(id, page);
  };

  /** Writes mailboxes; what a deletion was later than does not come in again through a move. */
  const saveLeads = (leads: States['leads'], loaded: Items['leads']): Promise<boolean> =>
    every(leads, async (lead, mailbox) => {
      const before = loaded.get(lead) ?? {};
      const { next: all, removed } = afterDeletion(restore(before.state, mailbox));
      const { mailbox: next, written } = withKeyPages(all, limits, pageIdOf);
      await savePages(written);
      if (!(await store.saveLead(lead, before, next))) return false;
      if (waitsForLock(next, clock.now())) metrics.count('LockWaits');
      reportErased(logger, lead, removed);
      return true;
    });

  /*
   * A key that held something is linked first, with its content; then the leads are written; then
   * the key is emptied. Whoever meets a linked key with content finishes the move.
   */
  const persist = async (items: Items, states: States): Promise<boolean> => {
    const moves: { key: KeyId; loaded: Loaded<IdentityRecord>; item: IdentityRecord }[] = [];
    const link = async (key: KeyId, wanted: IdentityRecord): Promise<boolean> => {
      const { key: item, written } = withLeadPages(trimKey(wanted, limits), limits, pageIdOf);
      await savePages(written);
      const loaded = items.keys.get(key) ?? {};
      const before = loaded.state;
      const { link: alias, leads, leadPages } = item;
      const isMoved = before !== undefined && before.link === undefined && hasHeld(before);
      if (!isMoved) return store.saveKey(key, loaded, item);
      if (alias === undefined) {
        // Linked, and freed again by a later event of the turn: what it held may be in a lead that is not written yet.
        moves.push({ key, loaded, item });
        return true;
      }
      // What a userId has named is found from now on.
      const full = {
        ...before,
        link: alias,
        ...(leads && { leads }),
        ...(leadPages && { leadPages }),
      };
      const version = loaded.version === undefined ? {} : { version: loaded.version + 1 };
      moves.push({ key, loaded: { ...version, state: full }, item });
      return store.saveKey(key, loaded, full);
    };
    for (const part of [isUsers, (item: IdentityRecord) => !isUsers(item)]) {
      const some = [...states.keys].filter(([, item]) => part(item));
      if (!(await every(some, link))) return false;
    }
    const noted = noteKeys(states.leads, states.keys);
    // Before its lead has an e-mail, the e-mail names it: or somebody else may make a lead of it meanwhile.
    const isAlias = (mailbox: Mailbox): boolean => mailbox.alias !== undefined;
    for (const part of [isAlias, (mailbox: Mailbox) => !isAlias(mailbox)]) {
      const some = new Map([...noted].filter(([, mailbox]) => part(mailbox)));
      if (!(await saveLeads(some, items.leads))) return false;
    }
    return every(
      moves.map(({ key, loaded, item }) => [key, { loaded, item }] as const),
      (key, { loaded, item }) => store.saveKey(key, loaded, item),
    );
  };

  return { saveLeads, persist };
};

/**
 * Whether this is a userId's key. It is linked before the devices of its event: of a half-written turn, an event
 * of the device alone would make a lead that the user, named by another e-mail meanwhile, does not find.
 */
const isUsers = ({ link }: IdentityRecord): boolean => link?.by !== undefined;

const pageIdOf = (page: Page): KeyPageId => hashOf(JSON.stringify(page)) as KeyPageId;
