import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type {
  DueItem,
  IndexCursor,
  IndexedEntry,
  LeadsTable,
} from '../../lambdas/store/leadsTable.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { serveLeads } from '../aws/leadsOnDynamo.ts';
import { createLeadsTableTwin } from './leadsTable.ts';

const shards = 2;
let served: Awaited<ReturnType<typeof serveLeads>>;
let onDynamo: LeadsTable;

beforeAll(async () => {
  served = await serveLeads({ shards, pageItems: 3 });
  onDynamo = served.table;
});

afterAll(() => served.close());

/** Names of one run: its items are told from those of other runs by it. */
let run = 0;

type Step = (table: LeadsTable) => Promise<unknown>;

const own = (name: string): string => name.replace('#', `#${run}-`);
const isOwn = (name: string): boolean => name.includes(`#${run}-`);

const key = fc.constantFrom('lead#a', 'lead#b', 'lead#c', 'lead#d', 'key#e', 'key#f');
const version = fc.integer({ min: 1, max: 3 });
const letterId = fc.constantFrom('ann#1', 'ann#2', 'anna#1', 'bob#1');
const letter = { because: 'Marketo refused it', fields: [] };

const lanes = ['fields', 'rest', 'keys', 'visits'] as const;

const dueAll = async (
  table: LeadsTable,
  lane: IndexedEntry['lane'],
  shard: number,
  until: number,
): Promise<DueItem[]> => {
  const items: DueItem[] = [];
  let after: IndexCursor | undefined;
  do {
    const page = await table.due(lane, shard, epochMs(until), after);
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items.filter((item) => isOwn(item.key));
};

let moment = 0;

const write = fc
  .tuple(key, version, fc.option(version, { nil: undefined }), fc.constantFrom(undefined, ...lanes))
  .map(([name, next, expected, lane]): Step => {
    // No two items are due at one moment: of those, DynamoDB’s order is its own.
    const nextAt = epochMs(1_000 + (moment += 1));
    const item = { version: next, state: { next }, ...(lane && { entry: { lane, nextAt } }) };
    return (table) => table.write(own(name), item, expected);
  });

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: write, weight: 4 },
  fc.array(key, { minLength: 1 }).map(
    (keys): Step =>
      async (table) =>
        [...(await table.read([...new Set(keys.map(own))]))].sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
  fc.tuple(fc.constantFrom(...lanes), fc.nat({ max: shards - 1 }), fc.nat({ max: 1_500 })).map(
    ([lane, shard, until]): Step =>
      (table) =>
        dueAll(table, lane, shard, 500 + until),
  ),
  letterId.map(
    (id): Step =>
      (table) =>
        table.putDeadLetter(own(id), letter, epochMs(1)),
  ),
  letterId.map(
    (id): Step =>
      (table) =>
        table.retractDeadLetter(own(id), letter, epochMs(2)),
  ),
  fc.constantFrom<string[][]>(['ann#'], ['ann#', 'bob#'], []).map(
    (prefixes): Step =>
      async (table) =>
        [...(await table.listDeadLetters(prefixes.map(own)))].sort(),
  ),
);

it('the twin answers every sequence of requests as DynamoDB does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      run += 1;
      const { table: twin } = createLeadsTableTwin(shards);
      for (const [index, ask] of steps.entries())
        expect(await ask(twin), `step ${index}`).toEqual(await ask(onDynamo));
    }),
    { numRuns: 40 },
  );
});
