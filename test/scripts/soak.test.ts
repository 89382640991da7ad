import { expect, test } from 'vitest';
import { soak, type SoakOptions } from '../../bench/soak/soak.ts';
import { createForwardClock } from '../../local/clock.ts';

const options: SoakOptions = {
  minutes: 0.04,
  eventsPerSecond: 40,
  leads: 5,
  faults: 0.1,
  seed: 1,
  restMs: 90_000,
  log: () => undefined,
};

test('after load and faults the pipeline comes to rest, and nothing is stuck', async () => {
  const report = await soak({ ...options, clock: createForwardClock() });
  expect(report).toMatchObject({
    refused: 0,
    stuckLeads: 0,
    backlog: { events: 0, due: 0, dead: 0 },
    isStuck: false,
  });
  for (const count of [report.accepted, report.leads, report.calls, report.memory.samples])
    expect(count).toBeGreaterThan(0);
}, 120_000);

test('a pipeline without time to come to rest counts as stuck', async () => {
  const report = await soak({ ...options, minutes: 0.001, restMs: 0 });
  expect(report.stuckLeads).toBeGreaterThan(0);
  expect(report.isStuck).toBe(true);
}, 120_000);
