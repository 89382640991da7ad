import { describe, expect, it } from 'vitest';
import { callLimits } from '../../lambdas/limits.ts';
import { createLinesTwin } from '../twins/lines.ts';
import { createOperations } from '../../operations/operations.ts';
import type { QueueView } from '../../operations/views.ts';
import { at, noon } from '../support/mailboxes.ts';
import { createCountersTwin } from '../twins/counters.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { createParts, printed } from './parts.ts';

/** Central time is six hours behind in November. */
const midnight = at(-6 * 3_600);
const clock = { now: () => noon };
const { table } = createLeadsTableTwin(1);

const call = (requests: number) =>
  ({
    call: `c${requests}`,
    api: 'rest',
    about: 'leads',
    leads: 1,
    requests,
    tookMs: 5,
    verdicts: {},
  }) as const;

describe('the view of the budget', () => {
  it('counts what the workers count', async () => {
    const { counters } = createCountersTwin();
    await counters.add('budget#rest#day#2026-11-23', 7, { most: 9, expiresAt: noon });
    const operations = createOperations(createParts({ table, clock, more: { counters } }));
    expect(await operations.budget()).toMatchObject({
      api: 'rest',
      used: 7,
      dailyCalls: callLimits.rest.dailyCalls,
      perWindow: callLimits.rest.perWindow,
      dayStartedAt: midnight,
      resetsAt: midnight + 86_400_000,
    });
  });

  it('has the pace over the whole day, up to the last call', async () => {
    const settings = { marketo: { api: 'soap', dailyCalls: 1_000 } } as const;
    const operations = createOperations(createParts({ table, clock, more: { settings } }));
    const { pace, dailyCalls } = await operations.budget();
    expect(dailyCalls).toBe(1_000);
    expect(pace).toHaveLength(24 * 4 + 1);
    expect(pace[0]).toEqual({ at: midnight, most: 250 });
    expect(pace.at(-1)).toEqual({ at: midnight + 86_400_000, most: 1_000 });
    const steps = pace.slice(1).map(({ most }, index) => most - (pace[index]?.most ?? 0));
    expect(Math.min(...steps)).toBeGreaterThan(0);
  });

  it('sums the requests by quarters of an hour since the day began', async () => {
    const lines = createLinesTwin();
    lines.write(printed(midnight - 1, call(100)));
    lines.write(printed(midnight, call(2)));
    lines.write(printed(noon - 1, call(3)));
    const operations = createOperations(createParts({ table, clock, lines }));
    const { tallies } = await operations.budget();
    expect(tallies).toHaveLength(6 * 4);
    expect(tallies[0]).toMatchObject({ at: midnight, requests: 2 });
    expect(tallies.at(-1)).toMatchObject({ requests: 3 });
  });
});

describe('the view of the flow', () => {
  it('has queues, items, dead letters, the last hour and the latest lines', async () => {
    const queue = (waiting: number): QueueView => ({ waiting, delayed: 0, inFlight: 0 });
    const queues = { events: queue(1), ticks: queue(2), deadEvents: queue(3) };
    const lines = createLinesTwin();
    lines.write(printed(noon - 90, { step: 'queued', messages: ['m1', 'm2'] }));
    const parts = createParts({
      table,
      clock,
      lines,
      letters: new Map([['id', { because: 'why', fields: [] }]]),
      more: {
        queues: () => Promise.resolve(queues),
        itemsPending: (most) => Promise.resolve({ count: most, isAll: false }),
      },
    });
    const flow = await createOperations(parts).flow();
    expect(flow).toMatchObject({
      now: noon,
      ...queues,
      pending: { isAll: false },
      deadLetters: { count: 1, isAll: true },
      latest: [{ step: 'queued' }],
    });
    expect(flow.tallies).toHaveLength(60);
    expect(flow.tallies.at(-1)).toMatchObject({ at: noon, steps: {} });
    expect(flow.tallies.at(-2)).toMatchObject({ steps: { queued: 2 } });
    expect(flow).not.toHaveProperty('closed');
  });
});
