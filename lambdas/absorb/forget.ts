import type { Logger } from '../delivery.ts';
import { messagesIn } from '../lead/deadLetters.ts';
import type { Waiting } from '../lead/forget.ts';
import { isEmptyWaiting, userDeleted } from '../lead/forget.ts';
import type { DeadLetter, KeyId, LeadId } from '../lead/types.ts';
import { endDelete, firstOrder, leadsOf, taken } from '../lead/user.ts';
import type { Clock, LeadsTable } from '../ports.ts';
import type { LeadLimits, LeadTiming } from '../limits.ts';
import type { Bury } from '../store/bury.ts';
import { createSealLetters } from './forgetLetters.ts';
import type { Change, Forgetting, Found } from './forgetPlan.ts';
import { isChange, keysOf, planOf } from './forgetPlan.ts';
import type { Loaded, Store } from '../store/leadStore.ts';

/** More lost races than this in a row are no coincidence: the message comes again. */
const mostRaces = 30;

/** What there was of them. */
export interface Forgotten {
  readonly items: number;
  readonly letters: number;
  /** Whether anything was written. */
  readonly changed: boolean;
  /** The same delete was carried out before. */
  readonly again: boolean;
}

interface ForgetPorts {
  readonly store: Store;
  readonly table: LeadsTable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timing: LeadTiming;
  readonly limits: LeadLimits;
  readonly bury: Bury;
}

/**
 * Deletes what the leads table holds of a user: mailboxes, aliases, held content and dead letters.
 * What stays names nobody and keeps older events out. May be done any number of times: the same
 * delete never reaches further than it did first. Rejects when the table fails; done again it goes
 * on where it stopped.
 */
export const createForget = (ports: ForgetPorts) => {
  const { store, clock, logger, limits, bury } = ports;
  const sealLetters = createSealLetters(ports);

  const find = async (given: Forgetting): Promise<{ found: Found; of: Forgetting }> => {
    const { user: id, follows } = given;
    const own = await store.keys([...(id === undefined ? [] : [id]), ...given.keys]);
    const user = id === undefined ? undefined : own.get(id)?.state;
    const order = follows ? firstOrder(user, given.order) : given.order;
    const named = follows ? leadsOf(user, order) : [];
    const leads = withoutAliases(await store.leadsOf([...given.leads, ...named]));
    const holders = [user, ...[...leads.values()].map(({ state }) => state)];
    const known = holders.flatMap((holder) => (holder ? keysOf(holder) : []));
    const keys = new Map([...(await store.keys(known)), ...own]);
    return { found: { leads, keys }, of: { ...given, order } };
  };

  /** Writes all changes; false where any lost its race. */
  const write = async <Id extends LeadId | KeyId, T>(
    changes: readonly Change<Id, T>[],
    save: (id: Id, loaded: Loaded<T>, next: T) => Promise<boolean>,
  ): Promise<boolean> => {
    const written = changes.map(async (change) => {
      const isWritten = await save(change.id, change.loaded, change.next);
      if (isWritten) reportDeleted(logger, change.id, change.removed);
      return isWritten;
    });
    return (await Promise.all(written)).every(Boolean);
  };

  /** Notes that a delete is over; false where the race for its user's key is lost. */
  const end = async ({ user, follows, order }: Forgetting): Promise<boolean> => {
    if (!follows || user === undefined) return true;
    const loaded = (await store.keys([user])).get(user) ?? {};
    return (
      loaded.state === undefined || store.saveKey(user, loaded, endDelete(loaded.state, order))
    );
  };

  const forget = async (given: Forgetting): Promise<Forgotten> => {
    let told: Forgotten = { items: 0, letters: 0, changed: false, again: true };
    for (let race = 0; race < mostRaces; race += 1) {
      const { found, of } = await find(given);
      const { leads, keys, dead, done } = planOf(found, of, { now: clock.now(), limits });
      const changes = [...leads, ...keys].filter(isChange);
      const changed = changes.length > 0 || told.changed;
      if (done) return told;
      if (!changed && !of.follows) return { ...told, again: false };
      // First what can only be found through the items, then the keys, of which the user's
      // remembers its leads: whoever has to do this again finds all that is left.
      const before = await sealLetters(found, of.order);
      for (const letter of dead) await bury(letter);
      if (!(await write(keys, store.saveKey))) continue;
      if (!(await write(leads, store.saveLead))) continue;
      // Turns that read the items before may have written others meanwhile.
      const letters = before + (await sealLetters(found, of.order, true));
      for (const letter of dead) reportDead(logger, letter);
      const items = changes.filter(({ loaded }) => loaded.state !== undefined).length;
      told = { items, letters, changed, again: false };
      if (await end(of)) return told;
    }
    throw new Error(`lost ${mostRaces} races for one user`);
  };

  /** Ends what an interrupted deletion of somebody else left of leads that were this user's, too. */
  const finish = async (id: KeyId): Promise<void> => {
    const user = (await store.keys([id])).get(id)?.state;
    const order = user?.deleted;
    if (user === undefined || order === undefined) return;
    const leads = [...(await store.leads(taken(user)))].flatMap(([lead, { state }]) =>
      state !== undefined && (state.deleted === undefined || state.deleted < order) ? [lead] : [],
    );
    if (leads.length > 0) await forget({ order, user: id, follows: false, keys: [], leads });
  };

  return async (given: Forgetting): Promise<Forgotten> => {
    if (given.follows && given.user !== undefined) await finish(given.user);
    return forget(given);
  };
};

/** An e-mail that is only an alias stays one, or older events would find another lead by it. */
const withoutAliases = (leads: Found['leads']): Found['leads'] =>
  new Map([...leads].filter(([, { state }]) => state?.alias === undefined));

/** Writes down what will not go out, because its user was deleted. */
export const reportDeleted = (logger: Logger, lead: LeadId | KeyId, removed: Waiting): void => {
  if (isEmptyWaiting(removed)) return;
  logger.delivery({
    step: 'superseded',
    lead,
    messages: messagesIn({ because: userDeleted, ...removed }),
    fields: removed.fields.map(({ name }) => name),
    because: userDeleted,
  });
};

/** Writes down what came after a deletion and is a dead letter for want of room. */
const reportDead = (logger: Logger, letter: DeadLetter): void => {
  const { key, because } = letter;
  const at = key === undefined ? {} : { lead: key };
  logger.delivery({ step: 'dead', ...at, messages: messagesIn(letter), because });
};
