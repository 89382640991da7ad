import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../../lambdas/segment/time.ts';
import { headlineOf, lastMinute, of, total } from '../../../../operations/console/client/rates.ts';
import type { Tally } from '../../../../operations/views.ts';
import { busyFlow, closedFlow, emptyFlow } from './fake/flow.ts';

const tally = (at: number, queued: number): Tally => ({
  at: epochMs(at),
  steps: { queued },
  calls: 0,
  requests: 0,
});

describe('the last minute', () => {
  const tallies = [tally(0, 1_000), tally(60_000, 600), tally(120_000, 30)];

  it.each([
    [120_000, 630],
    [135_000, 480],
    [180_000, 30],
    [999_000, 30],
  ])('at %d ms counts what is younger than 60 s: %d', (now, expected) => {
    expect(lastMinute(tallies, now, of.taken)).toBe(expected);
  });

  it('is nothing where nothing is known, and what there is in the first minute', () => {
    expect(lastMinute([], 0, of.taken)).toBe(0);
    expect(lastMinute([tally(0, 7)], 5_000, of.taken)).toBe(7);
  });
});

it('a total takes all minutes', () => {
  expect(total([tally(0, 3), tally(60_000, 4)], of.taken)).toBe(7);
});

describe('the headline', () => {
  const now = Date.UTC(2026, 2, 17, 20);
  const busy = busyFlow(now);
  const quiet = emptyFlow(now);
  const without = {
    ...busy,
    tallies: busy.tallies.map(({ steps, ...rest }) => ({
      ...rest,
      steps: { ...steps, refused: 0 },
    })),
  };

  it.each([
    ['a closed window before all else', closedFlow(now), 'bad', 'Marketo is closed to all'],
    ['failed events', { ...without, deadEvents: closedFlow(now).deadEvents }, 'bad', 'Some events'],
    ['refusals of these minutes', busy, 'wait', 'something was refused just now'],
    ['that things move', without, 'good', 'Events are moving.'],
    ['silence', quiet, 'quiet', 'nothing waits'],
    [
      'leads that wait',
      { ...quiet, pending: { count: 1, isAll: true } },
      'quiet',
      'leads still wait',
    ],
  ] as const)('tells %s', (_, flow, tone, says) => {
    const headline = headlineOf(flow);
    expect(headline.tone).toBe(tone);
    expect(headline.says).toContain(says);
  });

  it('forgets a refusal after some minutes', () => {
    const tallies = without.tallies.map((one, index) =>
      index === 40 ? { ...one, steps: { ...one.steps, refused: 9 } } : one,
    );
    expect(headlineOf({ ...without, tallies }).tone).toBe('good');
  });
});
