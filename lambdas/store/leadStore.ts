import { hashOf } from '../digest.ts';
import { holdEndsAt, hasHeld } from '../lead/keys.ts';
import type { Page } from '../lead/pages.ts';
import { entryOf, rested } from '../lead/schedule.ts';
import type { Entry } from '../lead/schedule.ts';
import type { Erasure, ErasureId } from '../lead/erasurePlan.ts';
import type { Removal } from '../lead/removal.ts';
import type { KeyId, IdentityRecord, KeyPageId, LeadId, Mailbox } from '../lead/leadTypes.ts';
import type { Clock } from '../ports.ts';
import type { IndexedEntry, LeadsTable, OwnedVisit, Stored } from './leadsTable.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';
import type { Ticks } from './ticks.ts';

/** An item as it was read; `state` is absent when there is none or it has expired. */
export interface Loaded<T> {
  readonly version?: number;
  readonly entry?: IndexedEntry;
  readonly expiresAt?: EpochMs;
  readonly state?: T;
}

/** A visit that waits for its next try. */
interface WaitingVisit {
  readonly visit: OwnedVisit;
  /** How often it was tried. */
  readonly attempt: number;
}

/** One of the few items that are shared by all leads. */
export interface Shared<T> {
  load(): Promise<Loaded<T>>;
  save(loaded: Loaded<T>, state: T): Promise<boolean>;
}

interface StoreReadPorts {
  readonly table: Pick<LeadsTable, 'read'>;
  readonly clock: Clock;
}

interface StorePorts extends StoreReadPorts {
  readonly table: LeadsTable;
  /** Told when somebody has to look at the index; the index itself is the promise. */
  readonly ticks: Pick<Ticks, 'lead' | 'visit'>;
  readonly timing: LeadTiming;
  readonly holdMs: number;
}

export type Store = ReturnType<typeof createStore>;

export type VisitId = string & { readonly __brand: 'visit' };

/** The same visit is the same item, however often its event comes. */
const visitIdOf = ({ token, messageId }: OwnedVisit): VisitId =>
  hashOf(JSON.stringify([token, messageId])) as VisitId;

const leadKey = (lead: LeadId): string => `lead#${lead}`;
const keyKey = (key: KeyId): string => `key#${key}`;
const erasureKey = (erasure: ErasureId): string => `erasure#${erasure}`;
const pageKey = (page: KeyPageId): string => `keys#${page}`;
const removalKey = (lead: LeadId): string => `removal#${lead}`;
const visitKey = (visit: VisitId): string => `visit#${visit}`;

/** Whose item a key of the table names; nothing of these for an item that all leads share. */
export const parseKey = (
  key: string,
): { lead?: LeadId; key?: KeyId; visit?: VisitId; erasure?: ErasureId; removal?: LeadId } => {
  const id = key.slice(key.indexOf('#') + 1);
  if (key.startsWith('lead#')) return { lead: id as LeadId };
  if (key.startsWith('key#')) return { key: id as KeyId };
  if (key.startsWith('removal#')) return { removal: id as LeadId };
  if (key.startsWith('erasure#')) return { erasure: id as ErasureId };
  return key.startsWith('visit#') ? { visit: id as VisitId } : {};
};

/** Reads the typed leads table. */
export const createReads = ({ table, clock }: StoreReadPorts) => {
  const fresh = <T>(stored: Stored | undefined): Loaded<T> => {
    if (stored === undefined) return {};
    const { state, ...item } = stored;
    // The table deletes expired items late.
    const isGone = item.expiresAt !== undefined && item.expiresAt <= clock.now();
    return isGone ? item : { ...item, state: state as T };
  };

  const load = async <Id extends string, T>(
    ids: Iterable<Id>,
    keyOf: (id: Id) => string,
  ): Promise<Map<Id, Loaded<T>>> => {
    const unique = [...new Set(ids)];
    const stored =
      unique.length === 0 ? new Map<string, Stored>() : await table.read(unique.map(keyOf));
    return new Map(unique.map((id) => [id, fresh<T>(stored.get(keyOf(id)))]));
  };

  const leads = (ids: Iterable<LeadId>) => load<LeadId, Mailbox>(ids, leadKey);

  const pages = (ids: Iterable<KeyPageId>) => load<KeyPageId, Page>(ids, pageKey);

  return {
    leads,
    pages,
    /** The same with the leads that some of them are aliases of. */
    leadsOf: async (ids: Iterable<LeadId>): Promise<Map<LeadId, Loaded<Mailbox>>> => {
      const named = await leads(ids);
      // A lead with aliases that was deleted may be an alias by now, so one may lead to the next.
      for (;;) {
        const others = [...named.values()].flatMap(({ state }) => state?.alias?.lead ?? []);
        const unread = others.filter((lead) => !named.has(lead));
        if (unread.length === 0) return named;
        for (const [lead, loaded] of await leads(unread)) named.set(lead, loaded);
      }
    },
    keys: (ids: Iterable<KeyId>) => load<KeyId, IdentityRecord>(ids, keyKey),
    erasures: (ids: Iterable<ErasureId>) => load<ErasureId, Erasure>(ids, erasureKey),
    removals: (ids: Iterable<LeadId>) => load<LeadId, Removal>(ids, removalKey),
    visits: (ids: Iterable<VisitId>) => load<VisitId, WaitingVisit>(ids, visitKey),
    /** One of the few items that are shared by all leads. */
    shared: async <T>(name: string): Promise<Loaded<T>> =>
      fresh<T>((await table.read([name])).get(name)),
  };
};

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const isSameEntry = (a: IndexedEntry | undefined, b: Entry | undefined): boolean =>
  a?.nextAt === b?.nextAt && a?.lane === b?.lane;

const isAging = ({ expiresAt }: Loaded<unknown>, now: EpochMs, keepMs: number): boolean =>
  expiresAt !== undefined && expiresAt - now < keepMs / 2;

/**
 * The typed leads table. What an item has pending and when it is due are one put: after a write
 * resolved to true, whatever caused it may be acknowledged. `false`: the race is lost, read again.
 */
export const createStore = ({ table, ticks, clock, timing, holdMs }: StorePorts) => {
  const reads = createReads({ table, clock });

  const write = (
    key: string,
    loaded: Loaded<unknown>,
    state: unknown,
    times: { readonly entry?: Entry; readonly expiresAt?: EpochMs },
  ): Promise<boolean> => {
    // A first version is the time, so that a deleted and re-made item never repeats one.
    const version = loaded.version === undefined ? clock.now() : loaded.version + 1;
    return table.write(key, { version, state, ...times }, loaded.version);
  };

  /** A mailbox outlives the aliases that it knows, or nobody could delete them with their user. */
  const keepMs = ({ keys, alias }: Mailbox): number =>
    keys === undefined && alias === undefined ? timing.mailboxKeepMs : timing.aliasKeepMs;

  /** What only remembers a deletion outlives every queue, and that is enough. */
  const keyKeepMs = (item: IdentityRecord): number =>
    item.deleted !== undefined && item.link === undefined && item.claimedBy === undefined
      ? timing.mailboxKeepMs
      : timing.aliasKeepMs;

  /** An item's entry in the index, or, where nothing is pending, its end. */
  const timesOf = (entry: Entry | undefined, now: EpochMs, keep: number) =>
    entry === undefined ? { expiresAt: epochMs(now + keep) } : { entry };

  const keyEntry = (item: IdentityRecord, before: IndexedEntry | undefined, now: EpochMs) => {
    // A half-done move is due at once, and since then.
    const isMoving = item.link !== undefined && hasHeld(item);
    const since = before !== undefined && before.nextAt < now ? before.nextAt : now;
    const nextAt = isMoving ? since : holdEndsAt(item, holdMs);
    return nextAt === undefined ? undefined : ({ lane: 'keys', nextAt } as const);
  };

  /** Writes a visit that waits until then. */
  const saveVisit = async (
    visit: VisitId,
    loaded: Loaded<WaitingVisit>,
    state: WaitingVisit,
    nextAt: EpochMs,
  ): Promise<boolean> => {
    const entry: Entry = { lane: 'visits', nextAt };
    const isWritten = await write(visitKey(visit), loaded, state, { entry });
    if (isWritten) ticks.visit(nextAt);
    return isWritten;
  };

  return {
    leads: reads.leads,
    leadsOf: reads.leadsOf,
    keys: reads.keys,
    visits: reads.visits,
    erasures: reads.erasures,
    pages: reads.pages,
    removals: reads.removals,

    /** Writes a mailbox whose call is about to start: it is due again when its lease ends. */
    lockLead: (lead: LeadId, loaded: Loaded<Mailbox>, mailbox: Mailbox): Promise<boolean> => {
      const now = clock.now();
      const entry = entryOf(mailbox, loaded.entry, now);
      return write(leadKey(lead), loaded, mailbox, timesOf(entry, now, keepMs(mailbox)));
    },

    /** Writes a mailbox, if it changed or its entry is not what it should be. */
    saveLead: async (lead: LeadId, loaded: Loaded<Mailbox>, given: Mailbox): Promise<boolean> => {
      const now = clock.now();
      const mailbox = rested(given);
      const entry = entryOf(mailbox, loaded.entry, now);
      const keep = keepMs(mailbox);
      const isWritten =
        (isSame(mailbox, loaded.state) &&
          isSameEntry(loaded.entry, entry) &&
          !isAging(loaded, now, keep)) ||
        (await write(leadKey(lead), loaded, mailbox, timesOf(entry, now, keep)));
      if (isWritten && entry) ticks.lead(lead, entry.nextAt);
      return isWritten;
    },

    /** Writes a lead key, if it changed or has not been refreshed for long. */
    saveKey: async (
      key: KeyId,
      loaded: Loaded<IdentityRecord>,
      item: IdentityRecord,
    ): Promise<boolean> => {
      const now = clock.now();
      const keep = keyKeepMs(item);
      const entry = keyEntry(item, loaded.entry, now);
      const isKept = isSame(item, loaded.state) && isSameEntry(loaded.entry, entry);
      if (isKept && !isAging(loaded, now, keep)) return true;
      return write(keyKey(key), loaded, item, timesOf(entry, now, keep));
    },

    /** Writes an erasure that goes on then, or that is over; `undefined`: the race is lost. */
    saveErasure: async (
      id: ErasureId,
      loaded: Loaded<Erasure>,
      state: Erasure,
      nextAt: EpochMs | undefined,
    ): Promise<Loaded<Erasure> | undefined> => {
      const entry: Entry | undefined = nextAt === undefined ? undefined : { lane: 'keys', nextAt };
      const now = clock.now();
      const times = timesOf(entry, now, timing.mailboxKeepMs);
      const version = loaded.version === undefined ? now : loaded.version + 1;
      const isWritten = await table.write(
        erasureKey(id),
        { version, state, ...times },
        loaded.version,
      );
      return isWritten ? { version, state, ...times } : undefined;
    },

    /** Writes a lead's deletion in Marketo that is due then; both absent: it is over, and its item is gone. */
    saveRemoval: (
      lead: LeadId,
      loaded: Loaded<Removal>,
      state: Removal | undefined,
      nextAt: EpochMs | undefined,
    ): Promise<boolean> =>
      nextAt === undefined
        ? write(removalKey(lead), loaded, {}, { expiresAt: epochMs(clock.now() - timing.lockMs) })
        : write(removalKey(lead), loaded, state, { entry: { lane: 'keys', nextAt } }),

    /** Writes a page. Named by what it lists, it is always the same. */
    savePage: async (id: KeyPageId, page: Page): Promise<void> => {
      for (;;) {
        const [loaded = {}] = (await reads.pages([id])).values();
        const times = { expiresAt: epochMs(clock.now() + timing.aliasKeepMs) };
        if (await write(pageKey(id), loaded, page, times)) return;
      }
    },

    /** Lets a visit wait until then; one that waits already waits on as it is. */
    addVisit: async (waiting: WaitingVisit, nextAt: EpochMs): Promise<void> => {
      const id = visitIdOf(waiting.visit);
      for (;;) {
        const loaded = (await reads.visits([id])).get(id) ?? {};
        if (loaded.state !== undefined) return;
        if (await saveVisit(id, loaded, waiting, nextAt)) return;
      }
    },

    saveVisit,

    /**
     * Takes a visit out that has found its end. Its item is gone by every clock at once: the table
     * rounds an end up to the second, and other machines' clocks are behind.
     */
    removeVisit: (visit: VisitId, loaded: Loaded<WaitingVisit>): Promise<boolean> =>
      write(visitKey(visit), loaded, {}, { expiresAt: epochMs(clock.now() - timing.lockMs) }),

    shared: <T>(name: string): Shared<T> => ({
      load: () => reads.shared<T>(name),
      save: (loaded, state) => write(name, loaded, state, {}),
    }),
  };
};
