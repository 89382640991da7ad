import { dueActionFor, isSafelyPromised, withPromise } from '../lead/due.ts';
import { holdEndsAt, hasHeld } from '../lead/keys.ts';
import { needAt, rested } from '../lead/mailbox.ts';
import type { KeyId, KeyItem, LeadId, Mailbox } from '../lead/types.ts';
import type { Clock, DueQueue, LeadsTable, Stored } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';

/** An item as it was read; `state` is absent when there is none or it has expired. */
export interface Loaded<T> {
  readonly version?: number;
  readonly wakeAt?: EpochMs;
  readonly expiresAt?: EpochMs;
  readonly state?: T;
}

interface StoreReadPorts {
  readonly table: Pick<LeadsTable, 'read'>;
  readonly clock: Clock;
}

interface StorePorts extends StoreReadPorts {
  readonly table: LeadsTable;
  readonly due: DueQueue;
  readonly timing: LeadTiming;
  readonly holdMs: number;
}

export type Store = ReturnType<typeof createStore>;

const leadKey = (lead: LeadId): string => `lead#${lead}`;
const keyKey = (key: KeyId): string => `key#${key}`;

/** The lead of a key in the table, or the lead key, or neither. */
export const parseKey = (key: string): { lead?: LeadId; key?: KeyId } => {
  if (key.startsWith('lead#')) return { lead: key.slice(5) as LeadId };
  return key.startsWith('key#') ? { key: key.slice(4) as KeyId } : {};
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

  return {
    leads: (ids: Iterable<LeadId>) => load<LeadId, Mailbox>(ids, leadKey),
    keys: (ids: Iterable<KeyId>) => load<KeyId, KeyItem>(ids, keyKey),
    /** One of the few items that are shared by all leads. */
    shared: async <T>(name: string): Promise<Loaded<T>> =>
      fresh<T>((await table.read([name])).get(name)),
  };
};

/** The typed leads table: mailboxes, lead keys, and the rule under which a trigger is acknowledged. */
export const createStore = ({ table, due, clock, timing, holdMs }: StorePorts) => {
  const reads = createReads({ table, clock });

  const write = (
    key: string,
    loaded: Loaded<unknown>,
    state: unknown,
    times: { readonly wakeAt?: EpochMs; readonly expiresAt?: EpochMs },
  ): Promise<boolean> => {
    // A first version is the time, so that a deleted and re-made item never repeats one.
    const version = loaded.version === undefined ? clock.now() : loaded.version + 1;
    return table.write(key, { version, state, ...times }, loaded.version);
  };

  /** A mailbox outlives the aliases that it knows, or nobody could delete them with their user. */
  const keepMs = ({ keys }: Mailbox): number =>
    keys === undefined ? timing.mailboxKeepMs : timing.aliasKeepMs;

  /** What only remembers a deletion outlives every queue, and that is enough. */
  const keyKeepMs = (item: KeyItem): number =>
    item.deleted !== undefined && item.link === undefined && item.claimedBy === undefined
      ? timing.mailboxKeepMs
      : timing.aliasKeepMs;

  const timesOf = (mailbox: Mailbox, now: EpochMs): { wakeAt?: EpochMs; expiresAt?: EpochMs } => {
    const need = needAt(mailbox);
    return need === undefined
      ? { expiresAt: epochMs(now + keepMs(mailbox)) }
      : { wakeAt: epochMs(Math.max(need, now)) };
  };

  const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const isAging = ({ expiresAt }: Loaded<unknown>, now: EpochMs, keepMs: number): boolean =>
    expiresAt !== undefined && expiresAt - now < keepMs / 2;

  return {
    leads: reads.leads,
    keys: reads.keys,

    /** Writes a mailbox whose trigger is acknowledged only later, by a settle: no due is sent. */
    lockLead: (lead: LeadId, loaded: Loaded<Mailbox>, mailbox: Mailbox): Promise<boolean> =>
      write(leadKey(lead), loaded, mailbox, timesOf(mailbox, clock.now())),

    /**
     * Writes a mailbox, if it changed, and sees to it that the lead is woken when it needs to be:
     * after `true`, a trigger of this lead may be acknowledged. `false`: the race is lost, read again.
     */
    saveLead: async (lead: LeadId, loaded: Loaded<Mailbox>, given: Mailbox): Promise<boolean> => {
      const now = clock.now();
      const mailbox = rested(given);
      const action = dueActionFor(mailbox, now, timing);
      const next = withPromise(mailbox, action, now);
      const wake = (delayMs: number): Promise<void> =>
        due.send([{ lead, delaySeconds: Math.max(0, Math.ceil(delayMs / 1_000)) }]);
      if (action.kind === 'send-before') await wake(action.delaySeconds * 1_000);
      if (!isSame(next, loaded.state) || isAging(loaded, now, keepMs(next))) {
        const isWritten = await write(leadKey(lead), loaded, next, timesOf(next, now));
        if (!isWritten) return false;
      }
      const after = clock.now();
      if (action.kind === 'send-after') await wake(action.delaySeconds * 1_000);
      else if (!isSafelyPromised(next, after, timing)) await wake((needAt(next) ?? after) - after);
      return true;
    },

    /** Writes a lead key, if it changed or has not been refreshed for long. `false`: lost the race. */
    saveKey: async (key: KeyId, loaded: Loaded<KeyItem>, item: KeyItem): Promise<boolean> => {
      const now = clock.now();
      const keep = keyKeepMs(item);
      if (isSame(item, loaded.state) && !isAging(loaded, now, keep)) return true;
      // A half-done move wakes the sweep, too.
      const isMoving = item.link !== undefined && hasHeld(item);
      const wakeAt = isMoving ? now : holdEndsAt(item, holdMs);
      const expiresAt = epochMs(now + keep);
      return write(keyKey(key), loaded, item, wakeAt === undefined ? { expiresAt } : { wakeAt });
    },

    /** The sweep's own due has been sent: the next sweeps leave this lead alone for a while. */
    sweptLead: (lead: LeadId, loaded: Loaded<Mailbox>, mailbox: Mailbox): Promise<boolean> => {
      const wakeAt = epochMs(clock.now() + timing.resweepMs);
      return write(leadKey(lead), loaded, mailbox, { wakeAt });
    },

    /** One of the few items that are shared by all leads. */
    shared: <T>(name: string) => ({
      load: (): Promise<Loaded<T>> => reads.shared<T>(name),
      save: (loaded: Loaded<T>, state: T): Promise<boolean> => write(name, loaded, state, {}),
    }),
  };
};
