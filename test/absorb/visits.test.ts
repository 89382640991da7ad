import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryLine } from '../../lambdas/delivery.ts';
import type { VisitVerdict } from '../../lambdas/marketo/marketoTypes.ts';
import type { OwnedVisit } from '../../lambdas/store/leadsTable.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createStore, parseKey } from '../../lambdas/store/leadStore.ts';
import { Visits } from '../../lambdas/absorb/visits.ts';
import { absorbTiming, indexLimits, leadTiming } from '../../lambdas/limits.ts';
import { at } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const visited: VisitVerdict = { kind: 'visited' };
const down: VisitVerdict = { kind: 'retry', because: 'no answer' };

const world = () => {
  const twin = createLeadsTableTwin(indexLimits.shards);
  let now = at(60);
  const clock = { now: () => now };
  const told: EpochMs[] = [];
  const ticks = { lead: () => undefined, visit: (nextAt: EpochMs) => void told.push(nextAt) };
  const store = createStore({ table: twin.table, ticks, clock, timing: leadTiming, holdMs: 1_000 });
  const lines: DeliveryLine[] = [];
  const complaints: string[] = [];
  const sent: string[] = [];
  const munchkin = {
    verdict: ((): VisitVerdict => visited) as (messageId: string) => VisitVerdict,
    tookMs: 0,
  };
  const visits = new Visits({
    table: twin.table,
    store,
    clock,
    munchkin: {
      visit: ({ messageId }) => {
        sent.push(messageId);
        now = epochMs(now + munchkin.tookMs);
        return Promise.resolve(munchkin.verdict(messageId));
      },
    },
    random: () => 0.5,
    logger: {
      call: () => undefined,
      delivery: (line) => lines.push(line),
      warn: () => undefined,
      error: (message) => complaints.push(message),
    },
    visitTimeoutMs: absorbTiming.visitTimeoutMs,
    timing: leadTiming,
  });
  const waiting = () =>
    [...twin.rows].flatMap(([key, { item, json }]) => {
      const { visit, attempt } = JSON.parse(json) as { visit?: OwnedVisit; attempt?: number };
      return visit ? [{ key, entry: item.entry, id: visit.messageId, attempt }] : [];
    });
  return {
    twin,
    visits,
    munchkin,
    sent,
    lines,
    complaints,
    told,
    waiting,
    pass: (ms: number): void => {
      now = epochMs(now + ms);
    },
    /** Those whose time has come are tried again. */
    retry: async (): Promise<void> => {
      const due = waiting().filter(({ entry }) => entry !== undefined && entry.nextAt <= now);
      await visits.retry(due.flatMap(({ key }) => parseKey(key).visit ?? []));
    },
  };
};

let here: ReturnType<typeof world>;
beforeEach(() => {
  here = world();
});

const visitOf = (messageId: string): OwnedVisit => ({
  messageId,
  token: '_mch-example.com-1374552656411-11111',
  path: '/p',
  at: at(1),
});
const three = ['a', 'b', 'c'].map(visitOf);
const never = Infinity;
const firstWaitMs = leadTiming.visitBackoffFirstMs / 2;

describe('new visits', () => {
  it('go to Munchkin in order, and wait nowhere', async () => {
    await here.visits.sendAll(three, never);
    expect(here.sent).toEqual(['a', 'b', 'c']);
    expect(here.waiting()).toEqual([]);
  });

  it('wait in the table, with all behind the first that fails, and Munchkin is asked once', async () => {
    here.munchkin.verdict = () => down;
    await here.visits.sendAll(three, never);
    expect(here.sent).toEqual(['a']);
    const nextAt = at(60 + firstWaitMs / 1_000);
    expect(here.waiting()).toMatchObject(
      ['a', 'b', 'c'].map((id) => ({ id, attempt: 1, entry: { lane: 'visits', nextAt } })),
    );
    expect(here.told).toEqual([nextAt, nextAt, nextAt]);
    expect(here.lines.map(({ step, messageId, because }) => [step, messageId, because])).toEqual([
      ['waiting', 'a', 'no answer'],
      ['waiting', 'b', 'a visit before it waits'],
      ['waiting', 'c', 'a visit before it waits'],
    ]);
  });

  it('wait untried once there is no time left to try them', async () => {
    here.munchkin.tookMs = 1_000;
    await here.visits.sendAll(three, at(61));
    expect(here.sent).toEqual(['a']);
    expect(here.waiting().map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('do not make the absorb function forget them where the table fails', async () => {
    here.munchkin.verdict = () => down;
    here.twin.table.write = () => Promise.reject(new Error('the table is down'));
    await expect(here.visits.sendAll(three, never)).rejects.toThrow('the table is down');
  });

  it('that wait already keep their wait when their event comes again', async () => {
    here.munchkin.verdict = () => down;
    await here.visits.sendAll([visitOf('a')], never);
    here.pass(1_000);
    await here.visits.sendAll([visitOf('a')], never);
    expect(here.waiting()).toMatchObject([
      { attempt: 1, entry: { nextAt: at(60 + firstWaitMs / 1_000) } },
    ]);
  });

  it('that Munchkin refuses are dead letters, and hold up nobody behind them', async () => {
    here.munchkin.verdict = (id) => (id === 'a' ? { kind: 'refused', because: 'no' } : visited);
    await here.visits.sendAll(three, never);
    expect(here.sent).toEqual(['a', 'b', 'c']);
    expect([...here.twin.dead.values()]).toMatchObject([{ because: 'no', visit: { path: '/p' } }]);
  });
});

describe('visits whose time has come', () => {
  beforeEach(async () => {
    here.munchkin.verdict = () => down;
    await here.visits.sendAll(three, never);
    here.sent.length = 0;
    here.pass(firstWaitMs);
  });

  it('go out, and their items are gone', async () => {
    here.munchkin.verdict = () => visited;
    await here.retry();
    expect(here.sent.toSorted()).toEqual(['a', 'b', 'c']);
    expect(here.waiting()).toEqual([]);
    for (const { item } of here.twin.rows.values()) {
      expect(item.entry).toBeUndefined();
      expect(item.expiresAt).toBeLessThanOrEqual(at(60 + firstWaitMs / 1_000));
    }
  });

  it('leave the others untouched after the first that fails again', async () => {
    const before = here.waiting();
    await here.retry();
    expect(here.sent).toEqual(['a']);
    const [first, ...others] = here.waiting();
    expect(first).toMatchObject({
      attempt: 2,
      // Its second wait: twice as long.
      entry: { nextAt: at(60 + (3 * firstWaitMs) / 1_000) },
    });
    expect(others).toEqual(before.slice(1));
  });

  it('wait longer with each try, at most a quarter of an hour', async () => {
    const waits: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      const [{ entry } = { entry: undefined }] = here.waiting();
      const nextAt = entry?.nextAt ?? at(0);
      await here.visits.retry(
        here
          .waiting()
          .slice(0, 1)
          .flatMap(({ key }) => parseKey(key).visit ?? []),
      );
      const [{ entry: after } = { entry: undefined }] = here.waiting();
      waits.push((after?.nextAt ?? 0) - nextAt);
      here.pass((after?.nextAt ?? 0) - nextAt);
    }
    expect(waits.slice(0, 3)).toEqual([4_000, 8_000, 16_000]);
    expect(Math.max(...waits)).toBe(leadTiming.backoffLongestMs / 2);
  });

  it('cost one try each time as long as Munchkin does not answer', async () => {
    for (let turn = 0; turn < 3; turn += 1) await here.retry();
    expect(here.sent).toEqual(['a', 'b', 'c']);
  });

  it('that two workers take at once end once', async () => {
    here.munchkin.verdict = () => visited;
    await Promise.all([here.retry(), here.retry()]);
    expect(here.waiting()).toEqual([]);
    expect(new Set(here.sent)).toEqual(new Set(['a', 'b', 'c']));
  });

  it('go out again where the table cannot say that they have gone', async () => {
    here.munchkin.verdict = () => visited;
    const before = { ...here.twin.table };
    here.twin.table.write = () => Promise.reject(new Error('the table is down'));
    await here.retry().catch(() => undefined);
    here.twin.table.write = (...input) => before.write(...input);
    expect(here.waiting().length).toBeGreaterThan(0);
    await here.retry();
    expect(here.waiting()).toEqual([]);
  });

  it('that are not there any more cost nothing', async () => {
    const ids = here.waiting().flatMap(({ key }) => parseKey(key).visit ?? []);
    here.munchkin.verdict = () => visited;
    await here.visits.retry(ids);
    here.sent.length = 0;
    await here.visits.retry(ids);
    expect(here.sent).toEqual([]);
    await here.visits.retry([]);
  });
});
