import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIndexTwin } from '../../bench/indexTwin.ts';
import { shardOf } from '../../lambdas/aws/shard.ts';
import type { DueItem, IndexCursor } from '../../lambdas/store/leadsTable.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

const shards = 2;

test('the index’s pages name each due item once, the earliest of a shard first', async () => {
  const item = fc.record({ key: fc.nat(30).map((n) => `lead#${n}`), nextAt: fc.nat(20) });
  await fc.assert(
    fc.asyncProperty(fc.array(item), fc.nat(20), async (items, until) => {
      const index = createIndexTwin({ shards, pageItems: 3 });
      for (const { key, nextAt } of items)
        index.put(key, { lane: 'fields', nextAt: epochMs(nextAt) });
      const last = new Map(items.map(({ key, nextAt }) => [key, nextAt]));
      for (let shard = 0; shard < shards; shard += 1) {
        const found: DueItem[] = [];
        let after: IndexCursor | undefined;
        do {
          const page = await index.due('fields', shard, epochMs(until), after);
          found.push(...page.items);
          after = page.next;
        } while (after);
        const due = [...last].filter(([key, at]) => at <= until && shardOf(key, shards) === shard);
        expect(new Map(found.map(({ key, nextAt }) => [key, nextAt]))).toEqual(new Map(due));
        expect(found).toHaveLength(due.length);
        const times = found.map(({ nextAt }) => nextAt);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
    }),
  );
});

test('an item that is written without an entry leaves the index', async () => {
  const index = createIndexTwin({ shards: 1, pageItems: 3 });
  const entry = { lane: 'rest', nextAt: epochMs(1) } as const;
  expect(index.put('lead#a', entry)).toBeUndefined();
  expect(index.count('rest')).toBe(1);
  expect(index.put('lead#a', undefined)).toEqual(entry);
  expect(await index.due('rest', 0, epochMs(9))).toEqual({ items: [] });
});
