import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { DeadLetter } from '../../../lambdas/lead/leadTypes.ts';
import type { LeadsTable } from '../../../lambdas/store/leadsTable.ts';
import type { DeadLetterStore } from '../../../operations/dead/deadLetterStore.ts';
import { createDeadLetterStore } from '../../../operations/dead/deadLetterStore.ts';
import { clientOf } from '../../aws/scripted.ts';
import { at } from '../../support/mailboxes.ts';
import { createLeadsTableTwin } from '../../twins/leadsTable.ts';
import { serveLeads, tableName } from '../../aws/leadsOnDynamo.ts';
import { createLettersTwin } from './lettersTwin.ts';

let served: Awaited<ReturnType<typeof serveLeads>>;
beforeAll(async () => {
  served = await serveLeads();
});
afterAll(() => served.close());

interface Driver {
  readonly table: LeadsTable;
  readonly letters: DeadLetterStore;
}

const onTwin = (): Driver => {
  const twin = createLeadsTableTwin(2);
  return { table: twin.table, letters: createLettersTwin(twin, 3) };
};
const onDynamo = (): Driver => {
  const { client, table } = served;
  return { table, letters: createDeadLetterStore({ client, tableName, pageItems: 3 }) };
};

const letter: DeadLetter = { because: 'Marketo refused it', fields: [] };

const allIds = async (letters: DeadLetterStore): Promise<string[]> => {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await letters.page(after);
    expect(page.ids.length).toBeLessThanOrEqual(3);
    ids.push(...page.ids);
    after = page.next;
  } while (after !== undefined);
  return ids.sort();
};

describe.each([
  ['the twin', onTwin],
  ['DynamoDB', onDynamo],
])('the dead letters on %s', (name, driver) => {
  const own = (id: string): string => `${name.replace(' ', '')}-${id}`;
  const isOwn = (id: string): boolean => id.startsWith(own(''));

  it('are listed page by page, each once, and nothing else of the index is', async () => {
    const { table, letters } = driver();
    const ids = ['ann#1', 'ann#2', 'bob#1', 'carl#1', 'dora#1', 'eve#1', 'visit-f#1'].map(own);
    for (const [n, id] of ids.entries()) await table.putDeadLetter(id, letter, at(n));
    await table.write(
      `lead#${own('x')}`,
      { version: 1, state: 0, entry: { lane: 'fields', nextAt: at(0) } },
      undefined,
    );
    expect((await allIds(letters)).filter(isOwn)).toEqual(ids.toSorted());
  });

  it('are read as they were written, but for those that are retracted or not there', async () => {
    const { table, letters } = driver();
    await table.putDeadLetter(own('read#1'), letter, at(7));
    await table.putDeadLetter(own('read#2'), letter, at(7));
    await table.retractDeadLetter(own('read#2'), letter, at(9));
    const found = await letters.read(['read#1', 'read#2', 'read#3', 'read#1'].map(own));
    expect(found).toMatchObject([{ id: own('read#1'), letter }]);
    expect(JSON.stringify(found[0]?.letter)).toBe(JSON.stringify(letter));
  });

  it('are removed once, and not once they are retracted', async () => {
    const { table, letters } = driver();
    await table.putDeadLetter(own('remove#1'), letter, at(7));
    expect(await letters.remove(own('remove#1'))).toBe(true);
    expect(await letters.remove(own('remove#1'))).toBe(false);
    await table.putDeadLetter(own('remove#2'), letter, at(8));
    await table.retractDeadLetter(own('remove#2'), letter, at(9));
    expect(await letters.remove(own('remove#2'))).toBe(false);
    expect(await letters.read([own('remove#2')])).toEqual([]);
  });

  it('that were buried again since are not removed in place of the first', async () => {
    const { table, letters } = driver();
    await table.putDeadLetter(own('again#1'), letter, at(7));
    const [first] = await letters.read([own('again#1')]);
    await table.putDeadLetter(own('again#1'), { ...letter }, at(8));
    expect(await letters.remove(own('again#1'), first?.at)).toBe(false);
    const [second] = await letters.read([own('again#1')]);
    expect(await letters.remove(own('again#1'), second?.at)).toBe(true);
  });

  it('may be written again after they were removed', async () => {
    const { table, letters } = driver();
    await table.putDeadLetter(own('back#1'), letter, at(7));
    await letters.remove(own('back#1'));
    await table.putDeadLetter(own('back#1'), letter, at(8));
    expect(await letters.read([own('back#1')])).toHaveLength(1);
  });

  it('are counted', async () => {
    const { table, letters } = driver();
    const { count } = await letters.count(1_000);
    await table.putDeadLetter(own('count#1'), letter, at(1));
    expect(await letters.count(1_000)).toEqual({ count: count + 1, isAll: true, requests: 1 });
  });
});

describe('the dead letters on DynamoDB', () => {
  it('have the time at which they were buried', async () => {
    const { table, letters } = onDynamo();
    await table.putDeadLetter('time#1', letter, at(7));
    expect(await letters.read(['time#1'])).toMatchObject([{ at: at(7) }]);
  });

  it('are found however much of the index is something else', async () => {
    const client = new DynamoDBClient(clientOf(served.url));
    onTestFinished(() => {
      client.destroy();
    });
    // One request looks through 1 MB; here through two items.
    client.middlewareStack.add(
      (next) => (given) =>
        next('FilterExpression' in given.input ? { input: { ...given.input, Limit: 2 } } : given),
      { step: 'initialize' },
    );
    const { table } = served;
    for (let n = 0; n < 5; n += 1)
      await table.write(
        `lead#wait${n}`,
        { version: 1, state: 0, entry: { lane: 'fields', nextAt: at(n) } },
        undefined,
      );
    await table.putDeadLetter('far#1', letter, at(1));
    const letters = createDeadLetterStore({ client, tableName, pageItems: 4 });
    const all = await createDeadLetterStore({ client: served.client, tableName }).page();
    const ids: string[] = [];
    let page = await letters.page();
    for (ids.push(...page.ids); page.next !== undefined; ids.push(...page.ids))
      page = await letters.page(page.next);
    expect(ids).toEqual(all.ids);
    expect(ids).toContain('far#1');
    const counted = await letters.count(1_000);
    expect(counted).toMatchObject({ count: ids.length, isAll: true });
    expect(counted.requests).toBeGreaterThan(2);
    expect(await letters.count(1)).toMatchObject({ isAll: false });
  });

  it('refuse a place that is none, in words for people', async () => {
    const { letters } = onDynamo();
    for (const after of ['x', '', Buffer.from('{"pk":1}').toString('base64url')])
      await expect(letters.page(after)).rejects.toMatchObject({
        name: 'OperationsError',
        code: 'bad-input',
        message: expect.stringContaining('after:') as string,
      });
  });
});
