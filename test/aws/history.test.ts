import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shortHashOf } from '../../lambdas/digest.ts';
import { createLists } from '../../lambdas/aws/historyLists.ts';
import { HistorySummaries } from '../../lambdas/aws/historySummaries.ts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { HistoryFilter, HistoryUpdate } from '../../lambdas/history/historyPorts.ts';
import type { EventDescription, HistoryOutcome } from '../../lambdas/history/types.ts';
import { without } from '../../lambdas/lead/without.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { historyTableName, keepMs, serveHistory } from './historyOnDynamo.ts';

const minuteMs = 60_000;
let served: Awaited<ReturnType<typeof serveHistory>>;
let start = Date.UTC(2026, 10, 30, 12);
let now = epochMs(start);
const clock = { now: () => now };

beforeAll(async () => {
  served = await serveHistory(clock);
});
afterAll(() => served.close());
/** Each test has days of its own in one table. */
beforeEach(() => {
  start += 60 * 24 * 3_600_000;
  now = epochMs(start);
});

const signal = (): AbortSignal => AbortSignal.timeout(60_000);

let count = 0;
const freshId = (): string => `message-${(count += 1)}`;

const about = (messageId: string, more: Partial<EventDescription> = {}): EventDescription => ({
  messageId,
  type: 'track',
  name: 'Order Completed',
  source: 'shop',
  receivedAt: now,
  email: 'Jane@Example.com',
  userId: 'u-1',
  ...more,
});

const updateOf = (
  messageId: string,
  outcome: HistoryOutcome,
  more: Partial<HistoryUpdate> = {},
): HistoryUpdate => ({
  message: shortHashOf(messageId),
  owner: 'lead-jane',
  at: now,
  outcome,
  steps: [{ kind: 'step', at: now, service: 'absorb', step: 'absorbed', fields: ['FirstName'] }],
  ...more,
});

const write = (...updates: readonly HistoryUpdate[]): Promise<void> =>
  served.writer.write({ updates, calls: [], troubles: [] }, signal());

const ids = async (filter: HistoryFilter, most = 10): Promise<readonly (string | undefined)[]> =>
  (await served.reader().search(filter, { most })).events.map(({ messageId }) => messageId);

const sumUp = (at: EpochMs): Promise<void> => {
  const options = {
    client: DynamoDBDocumentClient.from(served.client),
    tableName: historyTableName,
    keepMs,
  };
  return new HistorySummaries(options).sumUp(createLists(options), at);
};

describe('an event in the history', () => {
  it('has what absorb and sync said of it, in one item', async () => {
    const id = freshId();
    await write(updateOf(id, 'waiting', { about: about(id) }));
    now = epochMs(now + 2_000);
    const call = { kind: 'call', at: now, service: 'sync', call: 'c-1', api: 'rest' } as const;
    await write(
      updateOf(id, 'delivered', {
        steps: [
          { ...call, about: 'leads', leads: 3, requests: 1, tookMs: 200, verdicts: { synced: 3 } },
          {
            kind: 'step',
            at: now,
            service: 'sync',
            step: 'synced',
            fields: ['FirstName'],
            call: 'c-1',
          },
        ],
      }),
    );
    const event = await served.reader().event(shortHashOf(id), 'lead-jane');
    expect(event).toMatchObject({
      messageId: id,
      type: 'track',
      name: 'Order Completed',
      source: 'shop',
      email: 'Jane@Example.com',
      outcome: 'delivered',
      at: now,
      owner: 'lead-jane',
    });
    expect(event?.steps.map((step) => (step.kind === 'step' ? step.step : step.call))).toEqual([
      'absorbed',
      'c-1',
      'synced',
    ]);
  });

  it('is found by its message alone, in a summed up stretch or not', async () => {
    const id = freshId();
    await write(updateOf(id, 'delivered', { about: about(id) }));
    expect(await served.reader().event(shortHashOf(id))).toMatchObject({ messageId: id });
    now = epochMs(now + 10 * minuteMs);
    await sumUp(now);
    expect(await served.reader().event(shortHashOf(id))).toMatchObject({ messageId: id });
    expect(await served.reader().event(shortHashOf('never sent'))).toBeUndefined();
  });

  it('keeps its most telling outcome, whatever comes later', async () => {
    const id = freshId();
    await write(updateOf(id, 'delivered', { about: about(id) }));
    await write(updateOf(id, 'superseded', { reason: 'a later event' }));
    await write(updateOf(id, 'waiting'));
    const event = await served.reader().event(shortHashOf(id), 'lead-jane');
    expect(event).toMatchObject({ outcome: 'delivered' });
    expect(event?.steps).toHaveLength(3);
    await write(updateOf(id, 'dead', { reason: 'refused' }));
    expect(await served.reader().event(shortHashOf(id), 'lead-jane')).toMatchObject({
      outcome: 'dead',
      reason: 'refused',
    });
    await write(updateOf(id, 'waiting', { resets: true }));
    const resent = await served.reader().event(shortHashOf(id), 'lead-jane');
    expect(resent).toMatchObject({ outcome: 'waiting' });
    expect(resent).not.toHaveProperty('reason');
  });

  it('moves from its key to its lead with all that is known of it', async () => {
    const id = freshId();
    await write(updateOf(id, 'held', { owner: 'key-1', about: about(id), reason: 'no e-mail' }));
    await write(updateOf(id, 'waiting', { owner: 'lead-moved', movedFrom: ['key-0', 'key-1'] }));
    const reader = served.reader();
    expect(await reader.event(shortHashOf(id), 'key-1')).toBeUndefined();
    const event = await reader.event(shortHashOf(id), 'lead-moved');
    expect(event).toMatchObject({ name: 'Order Completed', outcome: 'waiting' });
    expect(event?.steps).toHaveLength(2);
  });

  it('stays in lists without an item where nobody is known', async () => {
    const id = freshId();
    await write(
      without(
        updateOf(id, 'dropped', {
          reason: 'a type without a use',
        }),
        'owner',
      ),
    );
    const page = await served.reader().search({ outcomes: ['dropped'] }, { most: 5 });
    expect(page.events).toMatchObject([
      { message: shortHashOf(id), reason: 'a type without a use' },
    ]);
  });
});

describe('a search of the history', () => {
  const fill = async (): Promise<void> => {
    for (let index = 0; index < 30; index += 1) {
      const id = `${start}-${index}`;
      const isOdd = index % 2 === 1;
      await write(
        updateOf(id, isOdd ? 'delivered' : 'refused', {
          owner: `lead-${start}-${index % 5}`,
          about: about(id, {
            name: isOdd ? 'Order Completed' : 'Cart Viewed',
            source: isOdd ? 'shop' : 'crm',
            type: index === 8 ? 'page' : 'track',
            email: `person-${start}-${index % 5}@example.com`,
          }),
          ...(isOdd ? {} : { reason: index < 6 ? 'too long' : 'no such value' }),
        }),
      );
      now = epochMs(now + minuteMs);
    }
  };

  it.each([false, true])(
    'finds by each filter, the latest first (summed up: %s)',
    async (isSummed) => {
      await fill();
      now = epochMs(now + 20 * minuteMs);
      if (isSummed) await sumUp(now);
      const id = (index: number): string => `${start}-${index}`;
      expect(await ids({}, 3)).toEqual([id(29), id(28), id(27)]);
      expect(await ids({ outcomes: ['refused'] }, 2)).toEqual([id(28), id(26)]);
      expect(await ids({ type: 'page' })).toEqual([id(8)]);
      expect(await ids({ name: 'cart' }, 2)).toEqual([id(28), id(26)]);
      expect(await ids({ source: 'shop' }, 1)).toEqual([id(29)]);
      expect(await ids({ reason: 'too long' })).toEqual([id(4), id(2), id(0)]);
      expect(await ids({ owner: `lead-${start}-3`, outcomes: ['refused'] })).toEqual([
        id(28),
        id(18),
        id(8),
      ]);
      expect(await ids({ person: `PERSON-${start}-4` }, 2)).toEqual([id(29), id(24)]);
      expect(await ids({ messageId: id(7) })).toEqual([id(7)]);
      expect(await ids({ messageId: `${start}-1` }, 3)).toEqual([id(1)]);
      expect(await ids({ from: epochMs(start), to: epochMs(start + 2 * minuteMs) })).toEqual([
        id(1),
        id(0),
      ]);
      expect(await ids({ name: 'nothing is called so' })).toEqual([]);
    },
  );

  it.each([{}, { name: 'order' }, { owner: 'of-the-test' }] as const)(
    'goes on where a page ended, and misses and repeats nothing: %j',
    async (filter) => {
      await fill();
      const asked = 'owner' in filter ? { owner: `lead-${start}-1` } : filter;
      const reader = served.reader();
      const all = (await reader.search(asked, { most: 100 })).events.map(({ message }) => message);
      const paged: string[] = [];
      let after: string | undefined;
      do {
        const page = await reader.search(asked, { most: 4, ...(after !== undefined && { after }) });
        paged.push(...page.events.map(({ message }) => message));
        after = page.next;
      } while (after !== undefined);
      expect(paged).toEqual(all);
      expect(new Set(paged).size).toBe(paged.length);
    },
  );

  it('returns what it has found when its time is over, and goes on from there', async () => {
    await fill();
    const reader = served.reader();
    const first = await reader.search({ type: 'page' }, { most: 5, budgetMs: 0 });
    expect(first.events).toEqual([]);
    let page = first;
    for (let turn = 0; turn < 100 && page.next !== undefined && page.events.length === 0; turn += 1)
      page = await reader.search({ type: 'page' }, { most: 5, budgetMs: 0, after: page.next });
    expect(page.events).toMatchObject([{ messageId: `${start}-8` }]);
  });

  it('shows an event once, with its latest outcome', async () => {
    const id = freshId();
    await write(updateOf(id, 'waiting', { about: about(id) }));
    now = epochMs(now + 1_000);
    await write(updateOf(id, 'delivered'));
    const reader = served.reader();
    const { events } = await reader.search({}, { most: 10 });
    expect(events).toMatchObject([
      { messageId: id, outcome: 'delivered', name: 'Order Completed' },
    ]);
    expect((await reader.search({ outcomes: ['waiting'] }, { most: 10 })).events).toEqual([]);
  });
});

describe('sums of the history', () => {
  it.each([false, true])(
    'count by outcome and group by reason (summed up: %s)',
    async (isSummed) => {
      const first = freshId();
      await write(updateOf(first, 'dead', { reason: 'no lead', owner: `a-lead-${start}` }));
      now = epochMs(now + 6 * minuteMs);
      await write(
        updateOf(freshId(), 'dead', { reason: 'no lead', owner: `b-lead-${start}` }),
        updateOf(freshId(), 'delivered'),
      );
      const call = { kind: 'call', at: now, service: 'sync', call: 'c-2', api: 'rest' } as const;
      await served.writer.write(
        {
          updates: [],
          calls: [{ ...call, about: 'leads', leads: 3, requests: 2, tookMs: 1, verdicts: {} }],
          troubles: [],
        },
        signal(),
      );
      now = epochMs(now + 15 * minuteMs);
      if (isSummed) await sumUp(now);
      const reader = served.reader();
      expect(
        await reader.counts(epochMs(start), epochMs(start + 15 * minuteMs), 5 * minuteMs),
      ).toMatchObject([
        { at: start, received: 0, outcomes: { dead: 1 }, calls: 0, requests: 0 },
        {
          at: start + 5 * minuteMs,
          received: 0,
          outcomes: { dead: 1, delivered: 1 },
          calls: 1,
          requests: 2,
        },
        { at: start + 10 * minuteMs, received: 0, outcomes: {}, calls: 0, requests: 0 },
      ]);
      const byMinute = await reader.counts(epochMs(start), epochMs(start + 8 * minuteMs), minuteMs);
      expect(byMinute.map(({ outcomes }) => outcomes.dead ?? 0)).toEqual([1, 0, 0, 0, 0, 0, 1, 0]);
      expect(await reader.problems(epochMs(start), now)).toMatchObject([
        {
          outcome: 'dead',
          reason: 'no lead',
          events: 2,
          people: 2,
          firstAt: start,
          latestAt: start + 6 * minuteMs,
          first: { message: shortHashOf(first), owner: `a-lead-${start}` },
        },
      ]);
    },
  );
});

describe('persons and erasure', () => {
  it('finds persons by a part of an e-mail, a userId or a name', async () => {
    const id = freshId();
    const owner = `lead-person-${start}`;
    const jane = about(id, {
      type: 'identify',
      email: `Jo.${start}@Example.com`,
      userId: `U-${start}`,
      personName: `Jo Doe ${start}`,
    });
    await write(updateOf(id, 'delivered', { owner, about: jane }));
    const reader = served.reader();
    for (const part of [`jo.${start}`, `u-${start}`, `doe ${start}`])
      expect(await reader.people(part, 5)).toEqual([
        {
          owner,
          email: `jo.${start}@example.com`,
          userId: `U-${start}`,
          name: `Jo Doe ${start}`,
          at: now,
        },
      ]);
    expect(await reader.people('nobody at all', 5)).toEqual([]);
  });

  it('deletes what came before an erasure, and keeps what is newer', async () => {
    const [old, recent] = [freshId(), freshId()];
    const owner = `lead-erased-${start}`;
    const email = `gone-${start}@example.com`;
    await write(
      updateOf(old, 'delivered', { owner, about: about(old, { email, received: '{"a":1}' }) }),
    );
    const until = now;
    const reader = served.reader();
    await served.writer.erase([owner], until);
    expect(await reader.event(shortHashOf(old), owner)).toBeUndefined();
    expect(await reader.people(email, 5)).toEqual([]);
    now = epochMs(now + 1_000);
    await write(updateOf(recent, 'delivered', { owner, about: about(recent, { email }) }));
    await served.writer.erase([owner], until);
    expect(await reader.event(shortHashOf(recent), owner)).toMatchObject({ email });
    expect(await reader.people(email, 5)).toHaveLength(1);
    const { events } = await reader.search({}, { most: 10 });
    // Lists name nobody.
    expect(
      JSON.stringify(events.filter(({ message }) => message === shortHashOf(old))),
    ).not.toContain('@');
  });
});
