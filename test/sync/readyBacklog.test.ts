import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { Lane } from '../../lambdas/lead/schedule.ts';
import type { LeadId, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { tickTiming } from '../../lambdas/limits.ts';
import { planRestCalls } from '../../lambdas/marketo/rest/restPlan.ts';
import { sequenceKeyOf } from '../../lambdas/segment/order.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { DueIndex } from '../../lambdas/sync/dueIndex.ts';
import { planNext } from '../../lambdas/sync/callPlan.ts';
import { ReadyLeads } from '../../lambdas/sync/readyLeads.ts';

const now = epochMs(10_000_000_000_000);
const until = epochMs(now + 60_000);
const marketo = { plan: (updates: Parameters<typeof planRestCalls>[0]) => planRestCalls(updates) };
const order = sequenceKeyOf(epochMs(1), epochMs(1), 0, 'm');

const withCookie = (n: number): Mailbox => ({
  ...emptyMailbox(`lead-${n}@example.com`, order),
  marketoId: n,
  cookies: { [`token-${n}`]: { order } },
});

const withField = (n: number): Mailbox => ({
  ...emptyMailbox(`lead-${n}@example.com`, order),
  marketoId: n,
  fields: { Plan: { order, value: 'basic' } },
});

interface Due {
  readonly lane: Lane;
  readonly mailbox: Mailbox;
  readonly since: number;
}

const createWorld = (all: readonly Due[]) => {
  let reads = 0;
  const clock = { now: () => now };
  const items = all.map(({ lane, mailbox, since }, n) => {
    const nextAt = epochMs(now - since);
    const lead = `lead-${n}` as LeadId;
    return { lead, loaded: { version: 1, state: mailbox, entry: { lane, nextAt } } };
  });
  const byLead = new Map(items.map(({ lead, loaded }) => [lead, loaded]));
  const index = new DueIndex({
    clock,
    shards: 1,
    table: {
      due: (lane) => {
        const found = items.filter(({ loaded }) => loaded.entry.lane === lane);
        const page = found.map(({ lead, loaded }) => ({
          key: `lead#${lead}`,
          nextAt: loaded.entry.nextAt,
        }));
        return Promise.resolve({ items: page.sort((a, b) => a.nextAt - b.nextAt) });
      },
    },
  });
  const store = {
    leads: (ids: Iterable<LeadId>) => {
      const wanted = [...ids];
      reads += wanted.length;
      return Promise.resolve(new Map(wanted.map((id) => [id, byLead.get(id) ?? {}])));
    },
  };
  const readyLeads = new ReadyLeads({ store, index, marketo, clock });
  return {
    next: async (most = 300) =>
      planNext(marketo, await readyLeads.find(new Set(), most, until), now),
    reads: () => reads,
  };
};

const many = (count: number, one: (n: number) => Due): readonly Due[] =>
  Array.from({ length: count }, (_, n) => one(n));

const cookies = (count: number, since = 1_000) =>
  many(count, (n) => ({ lane: 'rest', mailbox: withCookie(n), since: since + n }));

const fields = (count: number, since = 1_000) =>
  many(count, (n) => ({ lane: 'fields', mailbox: withField(1_000 + n), since: since + n }));

test('a backlog of cookies is not read for a call that takes three of them', async () => {
  const { next, reads } = createWorld(cookies(500));
  expect(await next()).toMatchObject([{ bringsFields: false, isFull: true }]);
  expect(reads()).toBeLessThanOrEqual(10);
});

test('however long many cookies wait, the fields behind them are found', async () => {
  const { next } = createWorld([...cookies(400, 2 * tickTiming.restPatienceMs), ...fields(2)]);
  const calls = await next();
  // The cookies have waited for so long that theirs is the first to ask for a permit.
  expect(calls.map(({ bringsFields }) => bringsFields)).toEqual([false, true]);
  expect(calls.at(1)?.updates).toHaveLength(2);
});

test('fields go first while the rest has not waited for much longer', async () => {
  const { next } = createWorld([...cookies(20, tickTiming.restPatienceMs - 60_000), ...fields(2)]);
  expect((await next()).map(({ bringsFields }) => bringsFields)).toEqual([true, false]);
});

test('a backlog of fields fills a call, and the rest is found beside it', async () => {
  const { next } = createWorld([...fields(400), ...cookies(1)]);
  const calls = await next();
  expect(calls.map(({ bringsFields, isFull }) => [bringsFields, isFull])).toEqual([
    [true, true],
    [false, false],
  ]);
  expect(calls.at(0)?.updates).toHaveLength(300);
});

test('nobody starves: whatever waits, no call goes before one whose first lead may not be behind it', async () => {
  const patience = tickTiming.restPatienceMs;
  const since = fc.array(fc.nat(2 * patience), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(since, since, async (cookiesSince, fieldsSince) => {
      const { next } = createWorld([
        ...cookiesSince.map((ms, n): Due => ({ lane: 'rest', mailbox: withCookie(n), since: ms })),
        ...fieldsSince.map((ms, n): Due => ({
          lane: 'fields',
          mailbox: withField(1_000 + n),
          since: ms,
        })),
      ]);
      const calls = await next();
      const isCookieFirst = Math.max(...cookiesSince) - patience > Math.max(...fieldsSince);
      expect(calls.map(({ bringsFields }) => bringsFields)).toEqual(
        isCookieFirst ? [false, true] : [true, false],
      );
    }),
  );
});
