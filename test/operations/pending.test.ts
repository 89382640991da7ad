import { describe, expect, it } from 'vitest';
import type { LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createPendingCount } from '../../operations/pending.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const shards = 4;

const tableWith = async (count: number) => {
  const { table } = createLeadsTableTwin(shards);
  const lanes = ['fields', 'rest', 'keys'] as const;
  for (let at = 0; at < count; at += 1) {
    const lane = lanes[at % lanes.length] ?? 'fields';
    const entry = { lane, nextAt: epochMs(at) };
    await table.write(`lead#${at}`, { version: 1, state: 0, entry }, undefined);
  }
  // A visit that waits is no person.
  const visit = { lane: 'visits', nextAt: epochMs(1) } as const;
  await table.write('visit#v', { version: 1, state: 0, entry: visit }, undefined);
  await table.write('lead#done', { version: 1, state: 0 }, undefined);
  return table;
};

/** The twin gives whole shards; DynamoDB gives them in pages. */
const paged = (table: LeadsTable, size: number): Pick<LeadsTable, 'due'> => ({
  due: async (lane, shard, until, after) => {
    const { items } = await table.due(lane, shard, until);
    const from = Number(after?.['from'] ?? 0);
    const next = { from: from + size };
    return { items: items.slice(from, next.from), ...(next.from < items.length && { next }) };
  },
});

describe('what is pending or held', () => {
  it('is counted over all lanes, shards and pages', async () => {
    const table = await tableWith(40);
    expect(await createPendingCount(paged(table, 3), shards)(100)).toEqual({
      count: 40,
      isAll: true,
    });
  });

  it('is not counted beyond what is wanted', async () => {
    const table = await tableWith(40);
    const count = createPendingCount(table, shards);
    expect(await count(39)).toEqual({ count: 39, isAll: false });
    expect(await count(40)).toEqual({ count: 40, isAll: true });
  });
});
