import type { Logger } from '../delivery.ts';
import { messagesIn } from '../lead/deadLetterParts.ts';
import type { Waiting } from '../lead/erasure.ts';
import { isEmptyWaiting, newerPart, userDeleted } from '../lead/erasure.ts';
import type { HistoryWriter } from '../history/historyPorts.ts';
import type { Erasure, ErasureId, ErasureRequest, Rewritten } from '../lead/erasurePlan.ts';
import { planErasure } from '../lead/erasurePlan.ts';
import { leadsIn, withLeadsOf } from '../lead/identity.ts';
import type { Page } from '../lead/pages.ts';
import type { DeadLetter, KeyId, IdentityRecord, LeadId, Mailbox } from '../lead/leadTypes.ts';
import { without } from '../lead/without.ts';
import type { LeadLimits, LeadTiming } from '../limits.ts';
import type { Clock } from '../ports.ts';
import type { DeadVisit, LeadsTable } from '../store/leadsTable.ts';
import type { SequenceKey } from '../segment/order.ts';
import { messageHashOf, receivedAtOf } from '../segment/order.ts';
import { epochMs } from '../segment/time.ts';
import type { PutDeadLetter } from '../store/deadLetterWriter.ts';
import type { Loaded, Store } from '../store/leadStore.ts';
import { every } from './every.ts';
import { begun, erasureIdOf, withKnown, withNamed } from './erasureItem.ts';

/** More lost races than this in a row are no coincidence: the message comes again. */
const maxRaces = 30;

/** How many pages one look takes up. */
const pagesAtOnce = 5;

/** What there was of them. */
export interface ErasureResult {
  readonly items: number;
  readonly letters: number;
  /** Keys that are erased later, for there are too many of them. */
  readonly later: number;
  /** Whether anything was written. */
  readonly changed: boolean;
  /** The same delete was carried out before. */
  readonly again: boolean;
}

const nothing: ErasureResult = { items: 0, letters: 0, later: 0, changed: false, again: false };

interface EraserPorts {
  readonly store: Store;
  readonly table: LeadsTable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timing: LeadTiming;
  readonly limits: LeadLimits;
  readonly putDeadLetter: PutDeadLetter;
  readonly history?: Pick<HistoryWriter, 'erase'>;
  /** Whether the leads of a deleted user are deleted in Marketo, too. */
  readonly deletesLeads?: boolean | undefined;
}

/** What one try changed before it ended or lost a race. */
class Tally {
  readonly items = new Set<string>();
  letters = 0;
  isChanged = false;
}

/**
 * Erases what the leads table holds of a user: mailboxes, aliases, held content and dead letters. What
 * stays names nobody and keeps older events out. What is found, is written down first; then the items
 * get their tombstones; then dead letters lose what is older. As somebody who read an item before its
 * tombstone may yet write a dead letter, and the index lags, all of it is done once more minutes later.
 */
export class Eraser {
  private readonly ports: EraserPorts;

  constructor(ports: EraserPorts) {
    this.ports = ports;
  }

  /**
   * May be asked any number of times: the same delete never reaches further than it did first. Rejects
   * when the table fails; asked again it goes on where it stopped.
   */
  async erase(request: ErasureRequest): Promise<ErasureResult> {
    const id = erasureIdOf(request);
    const tally = new Tally();
    for (let race = 0; race < maxRaces; race += 1) {
      const loaded = (await this.ports.store.erasures([id])).get(id) ?? {};
      const isRepeated = request.isDelete === true && loaded.state?.isErased === true;
      if (isRepeated && race === 0) return { ...nothing, again: true };
      // After a lost race it is our own write, whose answer was lost.
      const erasure = isRepeated ? loaded.state : await this.pass(id, loaded, request, tally);
      if (erasure === 'raced') continue;
      const { items, letters: deadLetters, isChanged: changed } = tally;
      const later = (erasure?.pages.length ?? 0) * Math.ceil(this.ports.limits.keys / 2);
      return { items: items.size, letters: deadLetters, later, changed, again: false };
    }
    throw new Error(`lost ${maxRaces} races for one user`);
  }

  /** Goes on with an erasure whose time has come. */
  async resume(id: ErasureId, loaded: Loaded<Erasure>): Promise<void> {
    const { state } = loaded;
    if (state === undefined) return;
    const tally = new Tally();
    // On a lost race its entry stays due.
    if ((await this.pass(id, loaded, undefined, tally)) === 'raced') return;
    if (tally.items.size + tally.letters === 0) return;
    const messages = [messageHashOf(state.order)];
    const because = `${userDeleted}: ${extentOf(tally.items.size, tally.letters)} more`;
    this.ports.logger.delivery({ step: 'absorbed', messages, because });
  }

  /**
   * One try to do what is asked, or to go on. Resolves to the erasure as it is from then on; `undefined`
   * where what is asked is done already.
   */
  private async pass(
    id: ErasureId,
    loaded: Loaded<Erasure>,
    request: ErasureRequest | undefined,
    tally: Tally,
  ): Promise<Erasure | undefined | 'raced'> {
    const { store, clock, limits, timing, logger, putDeadLetter } = this.ports;
    const { erasure, leads, keys } = await this.find(begun(loaded.state, request));
    const found = { leads: statesOf(leads), keys: await this.followed(keys) };
    const plan = planErasure(found, erasure, { now: clock.now(), limits });
    const isRemoved = this.ports.deletesLeads === true && erasure.isDelete === true;
    const changed = {
      keys: changesOf(keys, plan.keys),
      leads: changesOf(leads, plan.leads).map((one) => (isRemoved ? this.withHold(one) : one)),
    };
    const isNothing = changed.keys.length + changed.leads.length === 0;
    if (request && !request.isDelete && isNothing) return undefined;
    // Written down before anything is lost by which it could be found.
    const dueAt = epochMs(clock.now() + timing.leaseMs);
    const written = await store.saveErasure(id, loaded, erasure, dueAt);
    if (written === undefined) return 'raced';
    for (const deadLetter of plan.dead) await putDeadLetter(deadLetter);
    if (isRemoved) for (const { id, loaded } of changed.leads) await this.addRemoval(id, loaded);
    // The user's key goes first: who reads it from now on knows of the deletion.
    const write = <Id extends LeadId | KeyId, T>(
      changes: readonly Change<Id, T>[],
      save: (id: Id, before: Loaded<T>, next: T) => Promise<boolean>,
    ): Promise<boolean> =>
      every(
        changes.map((change) => [change.id, change] as const),
        async (_, change) => {
          if (!(await save(change.id, change.loaded, change.next))) return false;
          tally.isChanged = true;
          if (change.loaded.state !== undefined) tally.items.add(change.id);
          reportErased(logger, change.id, change.removed);
          return true;
        },
      );
    const own = changed.keys.filter(({ id: key }) => key === erasure.user);
    const others = changed.keys.filter(({ id: key }) => key !== erasure.user);
    if (!(await write(own, store.saveKey))) return 'raced';
    // Before the other keys lose their links: by one that is another userId's, its own deletion finds them.
    if (!(await write(changed.leads, store.saveLead))) return 'raced';
    if (!(await write(others, store.saveKey))) return 'raced';
    tally.letters += await this.sweep(erasure);
    await this.eraseHistory(erasure);
    for (const deadLetter of plan.dead) reportDead(logger, deadLetter);
    const { next, nextAt } = await this.after(erasure);
    return (await store.saveErasure(id, written, next, nextAt)) ? next : 'raced';
  }

  /** What comes of the person again waits until their lead in Marketo is deleted. */
  private withHold(change: Change<LeadId, Mailbox>): Change<LeadId, Mailbox> {
    const { clock, timing } = this.ports;
    const { lockedUntil = 0, alias } = change.next;
    if (alias !== undefined) return change;
    const until = epochMs(Math.max(lockedUntil, clock.now() + timing.removalHoldMs));
    return { ...change, next: { ...change.next, lockedUntil: until } };
  }

  /** Sync deletes the lead in Marketo once a call that is under way is over. */
  private async addRemoval(lead: LeadId, { state }: Loaded<Mailbox>): Promise<void> {
    if (state === undefined || state.address.text === '') return;
    const { store, clock } = this.ports;
    const { address, marketoId, lockedUntil = 0 } = state;
    const known = marketoId === undefined ? {} : { marketoId };
    const current = (await store.removals([lead])).get(lead) ?? {};
    const nextAt = epochMs(Math.max(lockedUntil, clock.now()));
    // Whoever wins a race for it writes the same.
    await store.saveRemoval(lead, current, { lead, email: address.text, ...known }, nextAt);
  }

  /** Reads the items of an erasure, and what they know of each other. */
  private async find(given: Erasure) {
    const { store } = this.ports;
    const own = await store.keys(given.keys);
    const named = withNamed(given, statesOf(own));
    const leads = reached(named, await store.leadsOf(named.leads));
    const mailboxes = [...leads.values()].map(({ state }) => state);
    const wider = withKnown(named, mailboxes, statesOf(own));
    const known = wider.keys.filter((key) => !own.has(key));
    const keys = new Map([...own, ...(await store.keys(known))]);
    const erasure = { ...withKnown(wider, mailboxes, statesOf(keys)), leads: [...leads.keys()] };
    return { erasure, leads, keys };
  }

  /** What the keys are, with the leads that they name by way of an alias. */
  private async followed(keys: ReadonlyMap<KeyId, Loaded<IdentityRecord>>) {
    const linked = [...keys.values()].flatMap(({ state }) => leadsIn(state?.link));
    const leads = await this.ports.store.leadsOf(linked);
    return new Map(
      [...statesOf(keys)].map(([id, key]) => [
        id,
        key && withLeadsOf(key, (lead) => leads.get(lead)?.state),
      ]),
    );
  }

  /** Takes out of dead letters what is older; resolves to how many there were. */
  private async sweep({ order, leads, keys, visits }: Erasure): Promise<number> {
    const { table, clock, putDeadLetter } = this.ports;
    const owners = [...leads, ...keys].map((id) => `${id}#`);
    let ids = await table.listDeadLetters([...owners, ...visits]);
    let count = 0;
    // One that was written anew meanwhile is looked at again.
    while (ids.length > 0) {
      const again: string[] = [];
      for (const [id, deadLetter] of await table.deadLetters(ids)) {
        const newer = partSince(deadLetter, order);
        if (newer === deadLetter) continue;
        if (newer !== undefined && !('visit' in newer)) await putDeadLetter(newer);
        if (await table.retractDeadLetter(id, deadLetter, clock.now())) count += 1;
        else again.push(id);
      }
      ids = again;
    }
    return count;
  }

  /** What came with the delete is older than it. */
  private async eraseHistory({ order, leads, keys }: Erasure): Promise<void> {
    const until = receivedAtOf(order);
    if (until !== undefined) await this.ports.history?.erase([...leads, ...keys], until);
  }

  /** How an erasure goes on after all that it names is erased. */
  private async after(erasure: Erasure) {
    const { store, clock, timing } = this.ports;
    const isErased = true as const;
    if (!erasure.isErased)
      return {
        next: { ...erasure, isErased },
        nextAt: epochMs(clock.now() + timing.erasureRepeatMs),
      };
    const taken = erasure.pages.slice(0, pagesAtOnce);
    // What is over remembers only that it was.
    const over: Erasure = { ...erasure, keys: [], leads: [], visits: [], pages: [], isErased };
    if (taken.length === 0) return { next: over };
    const pages = [...(await store.pages(taken)).values()].flatMap(({ state }) => state ?? []);
    for (const { leads } of pages) if (leads) await this.eraseLeads(erasure, leads);
    return {
      next: {
        ...without(erasure, 'isErased'),
        keys: pages.flatMap(({ keys = [] }) => keys),
        visits: [],
        pages: [...pages.flatMap((page) => page.pages ?? []), ...erasure.pages.slice(pagesAtOnce)],
      },
      nextAt: clock.now(),
    };
  }

  /** Leads that the user named earlier: an erasure of their own, so that no item has to list all of them. */
  private async eraseLeads(
    { order, user, isDelete, since = '' as SequenceKey }: Erasure,
    named: NonNullable<Page['leads']>,
  ): Promise<void> {
    const { store, clock } = this.ports;
    const all = Object.entries(named) as [LeadId, SequenceKey][];
    const leads = all.filter(([, at]) => at >= since).map(([lead]) => lead);
    if (leads.length === 0) return;
    const request = { order, ...(user !== undefined && { user }), keys: [], leads };
    const id = erasureIdOf(request);
    const loaded = (await store.erasures([id])).get(id) ?? {};
    // It goes on by itself; whoever lost this race finds it written.
    if (loaded.state === undefined)
      await store.saveErasure(
        id,
        loaded,
        { ...begun(undefined, request), ...(isDelete && { isDelete }) },
        clock.now(),
      );
  }
}

/**
 * The leads that an erasure reaches. An e-mail that was only an alias by then stays one, or older events would
 * find another lead by it. One that has become an alias since is another person's: it gets the tombstone alone.
 */
const reached = (
  { leads, order }: Erasure,
  all: ReadonlyMap<LeadId, Loaded<Mailbox>>,
): ReadonlyMap<LeadId, Loaded<Mailbox>> => {
  const found = new Map<LeadId, Loaded<Mailbox>>();
  const follow = (lead: LeadId): void => {
    const loaded = all.get(lead);
    if (loaded === undefined || found.has(lead)) return;
    const { alias, deleted }: Partial<Mailbox> = loaded.state ?? {};
    // Where its own lead was not deleted since, what named it is in the other one, however late that was.
    if (alias !== undefined && (alias.order < order || (deleted ?? '') < order)) follow(alias.lead);
    else found.set(lead, loaded);
  };
  leads.forEach(follow);
  return found;
};

const statesOf = <Id, T>(items: ReadonlyMap<Id, Loaded<T>>): ReadonlyMap<Id, T | undefined> =>
  new Map([...items].map(([id, { state }]) => [id, state]));

interface Change<Id, T> extends Rewritten<T> {
  readonly id: Id;
  readonly loaded: Loaded<T>;
}

const changesOf = <Id, T>(
  items: ReadonlyMap<Id, Loaded<T>>,
  planned: ReadonlyMap<Id, Rewritten<T>>,
): readonly Change<Id, T>[] =>
  [...items].flatMap(([id, loaded]) => {
    const rewritten = planned.get(id);
    const isSame = JSON.stringify(loaded.state) === JSON.stringify(rewritten?.next);
    return rewritten === undefined || isSame ? [] : [{ id, loaded, ...rewritten }];
  });

const partSince = (deadLetter: DeadLetter | DeadVisit, order: SequenceKey) => {
  if (!('visit' in deadLetter)) return newerPart(deadLetter, order);
  const { whose } = deadLetter.visit;
  return whose !== undefined && whose.order >= order ? deadLetter : undefined;
};

/** Writes down what will not go out, because its user was deleted. */
export const reportErased = (logger: Logger, lead: LeadId | KeyId, removed: Waiting): void => {
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
const reportDead = (logger: Logger, deadLetter: DeadLetter): void => {
  const { key, because } = deadLetter;
  const at = key === undefined ? {} : { lead: key };
  logger.delivery({ step: 'dead', ...at, messages: messagesIn(deadLetter), because });
};

/** How much of a user was erased, in words. */
export const extentOf = (items: number, deadLetters: number): string => {
  const counted = (count: number, what: string): string =>
    `${count} ${what}${count === 1 ? '' : 's'}`;
  return `${counted(items, 'item')} and ${counted(deadLetters, 'dead letter')}`;
};
