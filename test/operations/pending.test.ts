import { describe, expect, it } from 'vitest';
import type { LeadsTable } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createPendingCount } from '../../operations/pending.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const shards = 4;

const tableWith = async (count: number) => {
  const { table } = createLeadsTableTwin(shards);
  for (let at = 0; at < count; at += 1)
    await table.write(`lead#${at}`, { version: 1, state: 0, wakeAt: epochMs(at) }, undefined);
  await table.write('lead#done', { version: 1, state: 0 }, undefined);
  return table;
};

/** The twin gives whole shards; DynamoDB gives them in pages. */
const paged = (table: LeadsTable, size: number): Pick<LeadsTable, 'waking'> => ({
  waking: async (shard, before, after) => {
    const { keys } = await table.waking(shard, before);
    const from = Number(after?.['from'] ?? 0);
    const next = { from: from + size };
    return { keys: keys.slice(from, next.from), ...(next.from < keys.length && { next }) };
  },
});

describe('what is pending or held', () => {
  it('is counted over all shards and pages', async () => {
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
