import { beforeEach, describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import { emptyKey } from '../../lambdas/lead/keys.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type { OwnedVisit } from '../../lambdas/store/leadsTable.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createStore, parseKey } from '../../lambdas/store/leadStore.ts';
import { indexLimits, leadTiming as timing } from '../../lambdas/limits.ts';
import { at, noon, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const email = 'jane@example.com';
const lead = leadIdOf(email);
const key = keyIdOf('userId', 'u');
const holdMs = 3_600_000;
const quiet = emptyMailbox(email, order(0));
const pending: Mailbox = { ...quiet, fields: { Plan: { order: order(0), value: 'pro' } } };

const world = () => {
  const twin = createLeadsTableTwin(indexLimits.shards);
  let now = noon;
  let writes = 0;
  const told: unknown[] = [];
  const store = createStore({
    table: {
      ...twin.table,
      write: (...input) => {
        writes += 1;
        return twin.table.write(...input);
      },
    },
    ticks: {
      lead: (id, nextAt) => void told.push({ lead: id, nextAt }),
      visit: (nextAt) => void told.push({ visit: nextAt }),
    },
    clock: { now: () => now },
    timing,
    holdMs,
  });
  return {
    twin,
    store,
    told,
    writes: () => writes,
    jump: (seconds: number): void => {
      now = at(seconds);
    },
    loadLead: async () => (await store.leads([lead])).get(lead) ?? {},
    loadKey: async () => (await store.keys([key])).get(key) ?? {},
    itemOf: (name: string) => here.twin.rows.get(name)?.item,
  };
};

let here: ReturnType<typeof world>;
beforeEach(() => {
  here = world();
});

describe('a mailbox with something to tell', () => {
  it('is written with its entry in one put, and has no end', async () => {
    expect(await here.store.saveLead(lead, {}, pending)).toBe(true);
    expect(here.writes()).toBe(1);
    expect(here.itemOf(`lead#${lead}`)).toEqual({
      // A first version is the time: an item that is deleted and made again repeats none.
      version: noon,
      entry: { lane: 'fields', nextAt: noon },
    });
    expect(here.told).toEqual([{ lead, nextAt: noon }]);
  });

  it('is due when its lock ends, and a tick is told of that moment', async () => {
    await here.store.saveLead(lead, {}, { ...pending, lockedUntil: at(32) });
    expect(here.itemOf(`lead#${lead}`)?.entry).toEqual({ lane: 'fields', nextAt: at(32) });
    expect(here.told).toEqual([{ lead, nextAt: at(32) }]);
  });

  it('keeps its place when more events come', async () => {
    await here.store.saveLead(lead, {}, pending);
    here.jump(60);
    const loaded = await here.loadLead();
    await here.store.saveLead(lead, loaded, { ...pending, cookies: { c: { order: order(1) } } });
    expect(here.itemOf(`lead#${lead}`)?.entry).toEqual({ lane: 'fields', nextAt: noon });
  });

  it('is due again at the end of its lease, by the write that locks it, which no tick is told of', async () => {
    await here.store.saveLead(lead, {}, pending);
    here.told.length = 0;
    const loaded = await here.loadLead();
    const locked = { ...pending, owner: 'me', lockedUntil: at(132) };
    expect(await here.store.lockLead(lead, loaded, locked)).toBe(true);
    expect(here.itemOf(`lead#${lead}`)?.entry).toEqual({ lane: 'fields', nextAt: at(132) });
    expect(here.told).toEqual([]);
  });

  it('that did not change costs no write, and is still named by a tick', async () => {
    await here.store.saveLead(lead, {}, pending);
    expect(await here.store.saveLead(lead, await here.loadLead(), pending)).toBe(true);
    expect(here.writes()).toBe(1);
    expect(here.told).toHaveLength(2);
  });

  it('is written again where its entry is not what it should be', async () => {
    for (const entry of [undefined, { lane: 'legacy', nextAt: noon } as const]) {
      here = world();
      here.twin.rows.set(`lead#${lead}`, {
        item: { version: 1, ...(entry && { entry }) },
        json: JSON.stringify(pending),
      });
      expect(await here.store.saveLead(lead, await here.loadLead(), pending)).toBe(true);
      expect(here.itemOf(`lead#${lead}`)).toEqual({
        version: 2,
        entry: { lane: 'fields', nextAt: noon },
      });
    }
  });

  it('says false where the race is lost, and ticks nobody', async () => {
    await here.store.saveLead(lead, {}, pending);
    here.told.length = 0;
    expect(await here.store.saveLead(lead, {}, pending)).toBe(false);
    const { version = 0, ...loaded } = await here.loadLead();
    const older = { ...loaded, version: version - 1 };
    expect(await here.store.saveLead(lead, older, { ...pending, attempts: 1 })).toBe(false);
    expect(here.told).toEqual([]);
  });
});

describe('a mailbox with nothing to tell', () => {
  it('has no entry, no old backoff, and an end', async () => {
    await here.store.saveLead(lead, {}, { ...quiet, retryAt: at(900), lockedUntil: at(32) });
    expect(here.itemOf(`lead#${lead}`)).toEqual({
      version: noon,
      expiresAt: epochMs(noon + timing.mailboxKeepMs),
    });
    expect((await here.loadLead()).state).toEqual({ ...quiet, lockedUntil: at(32) });
    expect(here.told).toEqual([]);
  });

  it('outlives the aliases that it knows', async () => {
    await here.store.saveLead(lead, {}, { ...quiet, keys: [key] });
    expect(here.itemOf(`lead#${lead}`)?.expiresAt).toBe(noon + timing.aliasKeepMs);
  });

  it('is refreshed once half of its time is over', async () => {
    await here.store.saveLead(lead, {}, quiet);
    here.jump(timing.mailboxKeepMs / 2_000);
    await here.store.saveLead(lead, await here.loadLead(), quiet);
    expect(here.writes()).toBe(1);
    here.jump(timing.mailboxKeepMs / 2_000 + 1);
    await here.store.saveLead(lead, await here.loadLead(), quiet);
    expect(here.writes()).toBe(2);
  });

  it('is read as absent once its time is over, and written over', async () => {
    await here.store.saveLead(lead, {}, quiet);
    here.jump(timing.mailboxKeepMs / 1_000);
    const loaded = await here.loadLead();
    expect(loaded.state).toBeUndefined();
    expect(await here.store.saveLead(lead, loaded, pending)).toBe(true);
  });
});

describe('a lead key', () => {
  const held: IdentityRecord = {
    ...emptyKey,
    fields: { Plan: { order: order(0), value: 'pro' } },
    heldSince: noon,
  };
  const halfDone: IdentityRecord = { ...held, link: { lead, email, order: order(1) } };
  const entryOf = () => here.itemOf(`key#${key}`)?.entry;

  it('that holds something is due when its hold ends', async () => {
    await here.store.saveKey(key, {}, held);
    expect(entryOf()).toEqual({ lane: 'keys', nextAt: epochMs(noon + holdMs) });
    expect(here.itemOf(`key#${key}`)?.expiresAt).toBeUndefined();
  });

  it('whose move is half done is due at once, and since then', async () => {
    await here.store.saveKey(key, {}, halfDone);
    expect(entryOf()).toEqual({ lane: 'keys', nextAt: noon });
    here.jump(60);
    await here.store.saveKey(key, await here.loadKey(), { ...halfDone, claimedBy: lead });
    expect(entryOf()).toEqual({ lane: 'keys', nextAt: noon });
  });

  it('that holds nothing has no entry, and lives as an alias does', async () => {
    await here.store.saveKey(key, {}, { ...emptyKey, link: { lead, email, order: order(1) } });
    expect(here.itemOf(`key#${key}`)).toEqual({
      version: noon,
      expiresAt: epochMs(noon + timing.aliasKeepMs),
    });
  });
});

describe('a visit that has to wait', () => {
  const visit: OwnedVisit = { messageId: 'v', token: 't', path: '/p', at: noon };
  const waiting = { visit, attempt: 1 };
  const only = () => {
    const [[name, row] = []] = [...here.twin.rows];
    return { id: parseKey(name ?? '').visit, ...row };
  };

  it('is an item of its own, due then, that says nothing of whom in its name', async () => {
    await here.store.addVisit(waiting, at(4));
    expect(only().item?.entry).toEqual({ lane: 'visits', nextAt: at(4) });
    expect(here.told).toEqual([{ visit: at(4) }]);
    expect(only().id).toMatch(/^[\w-]{20,}$/);
    expect(JSON.parse(only().json ?? '')).toEqual(waiting);
  });

  it('waits on as it is when its event comes again', async () => {
    await here.store.addVisit(waiting, at(4));
    await here.store.addVisit({ visit, attempt: 7 }, at(99));
    expect([here.twin.rows.size, here.writes()]).toEqual([1, 1]);
    expect(only().item?.entry?.nextAt).toBe(at(4));
  });

  it('is another one for another token or message', async () => {
    await here.store.addVisit(waiting, at(4));
    await here.store.addVisit({ visit: { ...visit, token: 'u' }, attempt: 1 }, at(4));
    await here.store.addVisit({ visit: { ...visit, messageId: 'w' }, attempt: 1 }, at(4));
    expect(here.twin.rows.size).toBe(3);
  });

  it('is there once where two add it at once', async () => {
    await Promise.all([here.store.addVisit(waiting, at(4)), here.store.addVisit(waiting, at(4))]);
    expect(here.twin.rows.size).toBe(1);
  });

  it('that has found its end is gone with all that it held', async () => {
    await here.store.addVisit(waiting, at(4));
    const { id } = only();
    if (id === undefined) throw new Error('no visit');
    const load = async () => (await here.store.visits([id])).get(id) ?? {};
    const before = await load();
    expect(await here.store.removeVisit(id, before)).toBe(true);
    expect(await here.store.removeVisit(id, before)).toBe(false);
    expect(only().json).toBe('{}');
    expect(only().item?.entry).toBeUndefined();
    expect((await load()).state).toBeUndefined();
    // Its event may come again: at least once.
    await here.store.addVisit(waiting, at(9));
    expect((await load()).state).toEqual(waiting);
  });
});

it('a key of the table says whose item it is', () => {
  expect(parseKey('lead#a')).toEqual({ lead: 'a' });
  expect(parseKey('key#b')).toEqual({ key: 'b' });
  expect(parseKey('visit#c')).toEqual({ visit: 'c' });
  expect(parseKey('window')).toEqual({});
  expect(parseKey('dead#lead#1')).toEqual({});
});

it('what all leads share has no entry and no end', async () => {
  const shared = here.store.shared<{ failures: number }>('window');
  const loaded = await shared.load();
  expect(await shared.save(loaded, { failures: 1 })).toBe(true);
  expect(await shared.save(loaded, { failures: 2 })).toBe(false);
  expect((await shared.load()).state).toEqual({ failures: 1 });
  const moment: EpochMs = noon;
  expect(here.itemOf('window')).toEqual({ version: moment });
});
