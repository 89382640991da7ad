import { digestOf, hashOf } from '../digest.ts';
import type { AbsorbContext, Absorbed, Arrival, States } from '../lead/absorb.ts';
import { absorb, takeOver } from '../lead/absorb.ts';
import { emptied, hasHeld } from '../lead/keys.ts';
import { emptyMailbox } from '../lead/mailbox.ts';
import { valuesOf } from '../lead/registers.ts';
import { partsOf } from '../lead/deadLetters.ts';
import { tooMuch } from '../lead/limits.ts';
import type { DeadLetter, KeyId, KeyItem, LeadId, Link, Mailbox } from '../lead/types.ts';
import type { Clock, LeadsTable } from '../ports.ts';
import type { LeadLimits } from '../../lib/timing.ts';
import type { Loaded, Store } from './store.ts';

/** More lost races than this in a row are no coincidence: the batch comes again. */
const mostRaces = 30;

interface AbsorbEventsPorts {
  readonly store: Store;
  readonly table: LeadsTable;
  readonly clock: Clock;
  readonly limits: LeadLimits;
  readonly resendUnchangedAfterMs: number;
}

interface Items {
  readonly leads: ReadonlyMap<LeadId, Loaded<Mailbox>>;
  readonly keys: ReadonlyMap<KeyId, Loaded<KeyItem>>;
}

export type AbsorbEvents = ReturnType<typeof createAbsorbEvents>;

/** Makes the content of events safe in the leads table. */
export const createAbsorbEvents = (ports: AbsorbEventsPorts) => {
  const { store, table, clock, limits, resendUnchangedAfterMs } = ports;

  const context = (): AbsorbContext => ({
    now: clock.now(),
    resendUnchangedAfterMs,
    digestOf,
    limits,
  });

  const load = async (arrivals: readonly Arrival[]): Promise<Items> => {
    const keys = await store.keys(arrivals.flatMap(keysIn));
    const linked = [...keys.values()].flatMap(({ state }) => leadsOf(state?.link));
    return { keys, leads: await store.leads([...arrivals.flatMap(leadsIn), ...linked]) };
  };

  /** Finishes the move of a worker that died between linking a key and emptying it. */
  const finishMove = async (key: KeyId, loaded: Loaded<KeyItem>, item: KeyItem): Promise<void> => {
    const { link } = item;
    if (link === undefined) return;
    const lead = (await store.leads([link.lead])).get(link.lead) ?? {};
    const mailbox = lead.state ?? emptyMailbox(link.email, link.order);
    const moved = takeOver(mailbox, item, context());
    if (moved === undefined)
      await bury({ because: tooMuch, lead: link.lead, fields: valuesOf(item.fields) });
    else if (!(await store.saveLead(link.lead, lead, moved))) return;
    await store.saveKey(key, loaded, emptied(item));
  };

  const bury = async (letter: DeadLetter): Promise<void> => {
    for (const part of partsOf(letter, limits.itemBytes))
      await table.bury(hashOf(JSON.stringify(part)), part, clock.now());
  };

  const finishMoves = async ({ keys }: Items): Promise<boolean> => {
    const halfDone = [...keys].flatMap(([key, loaded]) =>
      loaded.state?.link && hasHeld(loaded.state) ? [{ key, loaded, item: loaded.state }] : [],
    );
    for (const { key, loaded, item } of halfDone) await finishMove(key, loaded, item);
    return halfDone.length > 0;
  };

  /*
   * A key that held something is linked first, with its content; then the leads are written; then
   * the key is emptied. Whoever meets a linked key with content finishes the move.
   */
  const persist = async (items: Items, states: States): Promise<boolean> => {
    const moves: { key: KeyId; loaded: Loaded<KeyItem>; item: KeyItem }[] = [];
    const linked = await every(states.keys, async (key, item) => {
      const loaded = items.keys.get(key) ?? {};
      const before = loaded.state;
      const isMove =
        before !== undefined && before.link === undefined && hasHeld(before) && !!item.link;
      if (!isMove) return store.saveKey(key, loaded, item);
      const full = { ...before, link: item.link };
      const now = clock.now();
      const version = loaded.version === undefined ? {} : { version: loaded.version + 1 };
      moves.push({ key, loaded: { ...version, wakeAt: now, state: full }, item });
      return store.saveKey(key, loaded, full);
    });
    if (!linked) return false;
    if (
      !(await every(states.leads, (lead, mailbox) =>
        store.saveLead(lead, items.leads.get(lead) ?? {}, mailbox),
      ))
    )
      return false;
    return every(
      moves.map(({ key, loaded, item }) => [key, { loaded, item }] as const),
      (key, { loaded, item }) => store.saveKey(key, loaded, item),
    );
  };

  return {
    /**
     * Absorbs the events of one FIFO group, in order; on a lost race it reads and decides again.
     * Resolves when all of them are safe; rejects when the table or a queue fails.
     */
    absorb: async (arrivals: readonly Arrival[]): Promise<readonly Absorbed[]> => {
      for (let race = 0; race < mostRaces; race += 1) {
        const items = await load(arrivals);
        if (await finishMoves(items)) continue;
        const { states, absorbed } = absorb(statesOf(items), arrivals, context());
        for (const { dead } of absorbed) if (dead) await bury(dead);
        if (await persist(items, states)) return absorbed;
      }
      throw new Error(`lost ${mostRaces} races for one lead`);
    },
    finishMove,
    bury,
  };
};

const keysIn = ({ keys }: Arrival): KeyId[] =>
  [keys.cookie, keys.userId, keys.anonymousId].filter((key) => key !== undefined);

/** An event may belong to the lead that its key names, or to the one before it. */
const leadsOf = (link: Link | undefined): LeadId[] =>
  [link, link?.before].flatMap((named) => (named ? [named.lead] : []));

const leadsIn = ({ keys }: Arrival): LeadId[] =>
  [keys.named, keys.userIdNamed, keys.hint].flatMap((named) => (named ? [named.lead] : []));

const statesOf = ({ leads, keys }: Items): States => ({
  leads: new Map([...leads].flatMap(([id, { state }]) => (state ? [[id, state]] : []))),
  keys: new Map([...keys].flatMap(([id, { state }]) => (state ? [[id, state]] : []))),
});

const every = async <Id, T>(
  entries: Iterable<readonly [Id, T]>,
  save: (id: Id, value: T) => Promise<boolean>,
): Promise<boolean> =>
  (await Promise.all([...entries].map(([id, value]) => save(id, value)))).every(Boolean);
