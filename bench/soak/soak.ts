import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ForwardClock } from '../../local/clock.ts';
import { startLocal } from '../../local/run.ts';
import { createDice } from '../../test/simulation/dice.ts';
import { backlogOf } from './backlog.ts';
import { createFaults } from './faults.ts';
import { createLoad } from './load.ts';
import type { MemoryReport } from './memory.ts';
import { watchMemory } from './memory.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly eventsPerSecond: number;
  readonly leads: number;
  /** Share of the requests at Marketo that fail. */
  readonly faults: number;
  readonly seed: number;
  /** How long the pipeline gets to come to rest after the load, while Marketo answers everything. */
  readonly restMs: number;
  /** Gets a line a minute. */
  readonly log: (line: string) => void;
  /** Passes the time of the rest. Absent: it passes by itself. */
  readonly clock?: ForwardClock;
}

interface SoakReport {
  readonly minutes: number;
  readonly accepted: number;
  readonly refused: number;
  readonly leads: number;
  readonly faults: number;
  readonly calls: number;
  readonly visits: number;
  /** Leads of which Marketo does not know the last value. */
  readonly stuckLeads: number;
  readonly backlog: Readonly<Record<'events' | 'due' | 'dead', number>>;
  readonly restSeconds: number;
  readonly memory: MemoryReport;
  /** Something did not come to its end. */
  readonly isStuck: boolean;
}

const batchMs = 500;
const sampleMs = 10_000;
const minuteMs = 60_000;
const restStepMs = 200;
/** How far the given clock goes at each step of the rest. */
const restJumpMs = 15_000;

/**
 * The whole pipeline on this machine over REST, with the simulated Marketo failing now and then, under
 * a steady load; then a rest without load and faults. Ends by itself. Rejects where it cannot start.
 */
export const soak = async (options: SoakOptions): Promise<SoakReport> => {
  const { minutes, eventsPerSecond, leads, log, clock } = options;
  const dice = createDice(options.seed);
  const folder = await mkdtemp(join(tmpdir(), 'marketo-destination-soak-'));
  const settings = join(folder, 'settings.json');
  await writeFile(settings, '{}');
  const local = await startLocal({
    port: 0,
    env: { SETTINGS_FILE: settings, MARKETO_API: 'rest' },
    log: () => undefined,
    // What the console remembers would be seen as memory that grows.
    ...(clock && { clock }),
  });
  try {
    const simulator = local.simulator?.simulator;
    if (simulator === undefined) throw new Error('the soak needs the simulated Marketo');
    const load = createLoad({ local, leads, dice });
    const faults = createFaults(simulator, options.faults, dice);
    const memory = watchMemory(() => performance.now());
    const began = performance.now();
    const passed = (): number => performance.now() - began;

    let nextSample = 0;
    let nextLine = minuteMs;
    for (let batch = 0; passed() < minutes * minuteMs; batch += 1) {
      await load.post(Math.max(1, Math.round((eventsPerSecond * batchMs) / 1_000)));
      faults.throw();
      if (passed() >= nextSample) {
        memory.sample();
        nextSample += sampleMs;
      }
      if (passed() >= nextLine) {
        const { accepted } = load.counts();
        const backlog = JSON.stringify(await backlogOf(local));
        log(`${Math.round(passed() / minuteMs)} min: ${accepted} events, backlog ${backlog}`);
        nextLine += minuteMs;
      }
      await sleep(Math.max(0, (batch + 1) * batchMs - passed()));
    }
    memory.sample();

    simulator.clearFaults();
    const stuck = (): number => load.stuck((email) => simulator.leads(email)[0]?.fields['Plan']);
    const restBegan = performance.now();
    const rested = (): number => performance.now() - restBegan;
    let backlog = await backlogOf(local);
    while (rested() < options.restMs && (stuck() > 0 || backlog.events + backlog.due > 0)) {
      await sleep(restStepMs);
      clock?.advance(restJumpMs);
      backlog = await backlogOf(local);
    }
    const stuckLeads = stuck();
    return {
      minutes,
      ...load.counts(),
      leads: load.leads(),
      faults: faults.injected(),
      calls: simulator.calls().length,
      visits: simulator.visits().length,
      stuckLeads,
      backlog,
      restSeconds: Math.round(rested() / 1_000),
      memory: memory.report(minutes / 4),
      isStuck: stuckLeads + backlog.events + backlog.due + backlog.dead > 0,
    };
  } finally {
    await local.close();
    await rm(folder, { recursive: true, force: true });
  }
};
