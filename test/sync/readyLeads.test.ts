import { beforeEach, describe, expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import type { Lane } from '../../lambdas/lead/schedule.ts';
import type { LeadId, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createReads } from '../../lambdas/store/leadStore.ts';
import { indexLimits, tickTiming } from '../../lambdas/limits.ts';
import { planRestCalls } from '../../lambdas/marketo/rest/restPlan.ts';
import { DueIndex } from '../../lambdas/sync/dueIndex.ts';
import { ReadyLeads } from '../../lambdas/sync/readyLeads.ts';
import { at, noon, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const { shards } = indexLimits;
const marketo = { plan: (updates: Parameters<typeof planRestCalls>[0]) => planRestCalls(updates) };
const none = { fields: false, rest: false };

const world = () => {
  const twin = createLeadsTableTwin(shards);
  let now = noon;
  const clock = { now: () => now };
  const batches: number[] = [];
  const store = createReads({
    table: {
      read: (keys) => {
        batches.push(keys.length);
        return twin.table.read(keys);
      },
    },
    clock,
  });
  const index = new DueIndex({ table: twin.table, clock, shards });
  const readyLeads = new ReadyLeads({ store, index, marketo, clock });
  const names = new Map<LeadId, string>();
  return {
    twin,
    batches,
    /** An item as the table has it; the index may say something else. */
    put: async (
      name: string,
      {
        waitsUntil,
        lane = 'fields',
        nextAt = noon,
        quiet = false,
      }: {
        waitsUntil?: EpochMs;
        lane?: Lane;
        nextAt?: number | null;
        quiet?: boolean;
      } = {},
    ): Promise<LeadId> => {
      const lead = leadIdOf(name);
      names.set(lead, name);
      const state: Mailbox = {
        fields: quiet || lane === 'rest' ? {} : { Plan: { order: order(0), value: 'pro' } },
        cookies: lane === 'rest' ? { token: { order: order(0) } } : {},
        marketoId: 1,
        address: { text: name, order: order(0) },
        ...(waitsUntil !== undefined && { lockedUntil: waitsUntil }),
      };
      const entry = nextAt === null ? {} : { entry: { lane, nextAt: epochMs(nextAt) } };
      await twin.table.write(`lead#${lead}`, { version: 1, state, ...entry }, undefined);
      return lead;
    },
    find: async (most: number, named: readonly LeadId[] = []) => {
      const { ready, relations, ...rest } = await readyLeads.find(new Set(named), most, at(60));
      expect(relations).toEqual([]);
      return { ready: ready.map(({ lead }) => names.get(lead)), ...rest };
    },
    jump: (seconds: number): void => {
      now = at(seconds);
    },
  };
};

let here: ReturnType<typeof world>;
beforeEach(() => {
  here = world();
});

describe('leads that may go now', () => {
  it('are those that a tick named, then those of the index, fields first, the earliest first', async () => {
    await here.put('late', { nextAt: at(-1) });
    await here.put('early', { nextAt: at(-9) });
    await here.put('cookie', { lane: 'rest', nextAt: at(-20) });
    const fresh = await here.put('fresh', { nextAt: null });
    expect(await here.find(300, [fresh])).toEqual({
      ready: ['fresh', 'early', 'late', 'cookie'],
      hasMore: none,
    });
  });

  it('are never more than are asked for, and it is said that there are others', async () => {
    for (let n = 0; n < 7; n += 1) await here.put(`p${n}`, { nextAt: at(-10 + n) });
    expect(await here.find(3)).toEqual({
      ready: ['p0', 'p1', 'p2'],
      hasMore: { fields: true, rest: false },
    });
    expect(await here.find(7)).toMatchObject({ hasMore: none });
    const named = await Promise.all(
      Array.from({ length: 5 }, (_, n) => here.put(`n${n}`, { nextAt: null })),
    );
    expect(await here.find(3, named)).toEqual({
      ready: ['n0', 'n1', 'n2'],
      hasMore: { fields: true, rest: false },
    });
  });

  it('without fields are not more than fill a call, and hide none with fields, named or not', async () => {
    const named = await Promise.all(
      Array.from({ length: 12 }, (_, n) => here.put(`named${n}`, { lane: 'rest', nextAt: null })),
    );
    for (let n = 0; n < 40; n += 1) await here.put(`c${n}`, { lane: 'rest', nextAt: at(-100 + n) });
    await here.put('fields', { nextAt: at(-1) });
    here.batches.length = 0;
    expect(await here.find(5, named)).toEqual({
      ready: ['fields', 'named0', 'named1', 'named2', 'named3', 'named4'],
      hasMore: { fields: false, rest: true },
    });
    expect(await here.find(300)).toMatchObject({ hasMore: { fields: false, rest: true } });
    // The named, the one with fields; and again the one, and ten of the forty.
    expect(here.batches).toEqual([12, 1, 1, 10]);
  });

  it('are each one once, named and indexed as it may be', async () => {
    const lead = await here.put('jane');
    expect(await here.find(300, [lead])).toEqual({ ready: ['jane'], hasMore: none });
  });

  it('are not those whose entry is stale, and nobody starves behind any number of these', async () => {
    for (let n = 0; n < 500; n += 1)
      await here.put(`locked${n}`, { nextAt: at(-100), waitsUntil: at(30) });
    for (let n = 0; n < 20; n += 1) await here.put(`quiet${n}`, { nextAt: at(-100), quiet: true });
    await here.put('ready', { nextAt: at(-1) });
    expect((await here.find(1)).ready).toEqual(['ready']);
    expect((await here.find(300)).ready).toEqual(['ready']);
  });

  it('are not those that are gone, or that the index has not named and do not exist', async () => {
    expect(await here.find(300, [leadIdOf('nobody@example.com')])).toEqual({
      ready: [],
      hasMore: none,
    });
  });

  it('are read no more than are wanted, a hundred at a time', async () => {
    for (let n = 0; n < 350; n += 1) await here.put(`p${n}`, { nextAt: at(-n) });
    await here.find(300);
    expect(here.batches).toEqual([100, 100, 100, 1]);
    here.batches.length = 0;
    await here.find(1);
    expect(here.batches).toEqual([2]);
  });
});

describe('a lead that is due within the difference of two clocks', () => {
  const soon = epochMs(noon + tickTiming.clockSkewMs);

  it('is not ready, but says when to look again', async () => {
    await here.put('soon', { nextAt: soon, waitsUntil: soon });
    await here.put('sooner', { nextAt: soon - 1, waitsUntil: epochMs(soon - 1) });
    expect(await here.find(300)).toEqual({ ready: [], hasMore: none, soonAt: soon - 1 });
    here.jump(2);
    expect((await here.find(300)).ready).toEqual(['sooner', 'soon']);
  });

  it('is one that a tick named, too; a later one says nothing', async () => {
    const named = await here.put('soon', { nextAt: null, waitsUntil: soon });
    expect(await here.find(300, [named])).toMatchObject({ ready: [], soonAt: soon });
    const later = await here.put('later', { nextAt: null, waitsUntil: epochMs(soon + 1) });
    expect(await here.find(300, [later])).not.toHaveProperty('soonAt');
  });
});
