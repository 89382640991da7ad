import { expect, it } from 'vitest';
import { leaksIn, planted } from './support/addresses.ts';
import { fuzzLogs } from './support/logFuzz.ts';

it('no address of a thousand requests stands in a log of the doors, in whatever form and place', async () => {
  const { lines, leaks } = await fuzzLogs(1_000, 1);
  expect(leaks).toEqual([]);
  // It reads what they write, and they write about most requests.
  expect(lines).toBeGreaterThan(500);
}, 60_000);

it('a line that holds an address would be found', () => {
  for (const line of [planted, planted.toUpperCase(), encodeURIComponent(planted)])
    expect(leaksIn(`{"messageId":"${line}"}`)).not.toEqual([]);
});
