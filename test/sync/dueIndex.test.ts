import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardOf } from '../../lambdas/aws/shard.ts';
import type { Lane } from '../../lambdas/lead/schedule.ts';
import type { DueItem, LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { DueIndex } from '../../lambdas/sync/dueIndex.ts';
import { at, noon } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const shards = 3;

interface Item {
  readonly key: string;
  readonly lane: Lane;
  readonly nextAt: number;
}

/** The index over these items, in pages of `size`, and how often it was asked. */
const indexOf = async (items: readonly Item[], size = 2) => {
  const { table } = createLeadsTableTwin(shards);
  for (const { key, lane, nextAt } of items)
    await table.write(
      key,
      { version: 1, state: 0, entry: { lane, nextAt: epochMs(nextAt) } },
      undefined,
    );
  let requests = 0;
  /** The twin gives whole shards; DynamoDB gives them in pages. */
  const due: LeadsTable['due'] = async (lane, shard, until, after) => {
    requests += 1;
    const { items: all } = await table.due(lane, shard, until);
    const from = Number(after?.['from'] ?? 0);
    const next = { from: from + size };
    return { items: all.slice(from, next.from), ...(next.from < all.length && { next }) };
  };
  let now = noon;
  return {
    index: new DueIndex({ table: { due }, clock: { now: () => now }, shards }),
    requests: () => requests,
    jump: (seconds: number): void => {
      now = at(seconds);
    },
  };
};

const all = async (items: AsyncIterable<DueItem>): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of items) keys.push(key);
  return keys;
};

const until = at(60);

describe('the index of what is due', () => {
  it('gives what is due by now, the earliest first, over all shards and pages', async () => {
    const items = Array.from({ length: 50 }, (_, n) => ({
      key: `lead#${n}`,
      lane: 'fields' as const,
      nextAt: at(-((n * 7) % 50)),
    }));
    const { index } = await indexOf([
      ...items,
      { key: 'lead#later', lane: 'fields', nextAt: noon + 1 },
      { key: 'lead#other', lane: 'keys', nextAt: at(-9) },
    ]);
    const expected = items.toSorted((a, b) => a.nextAt - b.nextAt).map(({ key }) => key);
    expect(new Set(items.map(({ key }) => shardOf(key, shards))).size).toBe(shards);
    expect(await all(index.due(['fields'], until))).toEqual(expected);
  });

  it('gives what is due by another moment where it is asked for one', async () => {
    const { index } = await indexOf([
      { key: 'lead#now', lane: 'fields', nextAt: noon },
      { key: 'lead#soon', lane: 'fields', nextAt: at(2) },
      { key: 'lead#later', lane: 'fields', nextAt: at(3) },
    ]);
    expect(await all(index.due(['fields'], until, at(2)))).toEqual(['lead#now', 'lead#soon']);
  });

  it('gives the items of several lanes in one order, whatever pages they stand in', async () => {
    const item = fc.record({
      lane: fc.constantFrom<Lane>('fields', 'rest', 'keys'),
      agoMs: fc.nat(60_000),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        async (some, size) => {
          const items = some.map(({ lane, agoMs }, n) => ({
            key: `lead#${n}`,
            lane,
            nextAt: noon - agoMs,
          }));
          const { index } = await indexOf(items, size);
          const expected = new Map(
            items.filter(({ lane }) => lane !== 'keys').map(({ key, nextAt }) => [key, nextAt]),
          );
          const found = await all(index.due(['fields', 'rest'], until));
          expect(new Set(found)).toEqual(new Set(expected.keys()));
          const moments = found.map((key) => expected.get(key) ?? 0);
          expect(moments).toHaveLength(expected.size);
          expect(moments).toEqual(moments.toSorted((a, b) => a - b));
        },
      ),
    );
  });

  it('reads no further than it is asked for', async () => {
    const items = Array.from({ length: 300 }, (_, n) => ({
      key: `lead#${n}`,
      lane: 'fields' as const,
      nextAt: at(-n),
    }));
    const { index, requests } = await indexOf(items, 10);
    for await (const { key } of index.due(['fields', 'rest'], until)) {
      expect(key).toBe('lead#299');
      break;
    }
    // The first page of each shard of both lanes.
    expect(requests()).toBe(2 * shards);
  });

  it('is measured by one request for each shard of a lane, however many are due', async () => {
    const items = Array.from({ length: 300 }, (_, n) => ({
      key: `lead#${n}`,
      lane: 'fields' as const,
      nextAt: at(-n),
    }));
    const { index, requests } = await indexOf(items, 10);
    const heads = await index.heads(['fields', 'rest']);
    expect(heads).toHaveLength(shards * 10);
    expect(Math.min(...heads.map(({ nextAt }) => nextAt))).toBe(at(-299));
    expect(requests()).toBe(2 * shards);
  });

  it('stops at the moment at which its turn has to end', async () => {
    const items = Array.from({ length: 30 }, (_, n) => ({
      key: `lead#${n}`,
      lane: 'fields' as const,
      nextAt: at(-n),
    }));
    const { index, jump } = await indexOf(items, 1);
    const found: string[] = [];
    for await (const { key } of index.due(['fields'], until)) {
      found.push(key);
      if (found.length === 4) jump(60);
    }
    expect(found.length).toBeLessThan(4 + shards);
  });

  it('rejects where the table cannot be asked', async () => {
    const index = new DueIndex({
      table: { due: () => Promise.reject(new Error('down')) },
      clock: { now: () => noon },
      shards,
    });
    await expect(all(index.due(['fields'], until))).rejects.toThrow('down');
  });
});
