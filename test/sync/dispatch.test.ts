import { beforeEach, describe, expect, it } from 'vitest';
import { epochMs } from '../../lambdas/segment/time.ts';
import { callLimits, leadTiming, tickTiming } from '../../lambdas/limits.ts';
import { noon } from '../support/mailboxes.ts';
import { createBacklog, reset } from './backlog.ts';

const hourMs = 3_600_000;
const soap = callLimits.soap;
const start = epochMs(noon + hourMs);
let world: ReturnType<typeof createBacklog>;
beforeEach(() => {
  world = createBacklog(start);
});

const leadsIn = () => world.calls.map(({ leads }) => leads.length);

describe('what is due', () => {
  it('goes in calls of 300, whether or not a tick named anybody', async () => {
    world.add(0, 700);
    world.schedule();
    await world.run(10);
    expect(leadsIn()).toEqual([300, 300, 100]);
  });

  it('goes at once where a tick names a lead that the index does not know yet', async () => {
    const [lead] = world.add(0, 1, { nextAt: () => reset });
    world.tick([lead as NonNullable<typeof lead>]);
    await world.turn();
    expect(leadsIn()).toEqual([1]);
  });

  it('is never taken by more leads than one call carries', async () => {
    world.add(0, 700);
    world.schedule();
    await world.turn();
    // Read in three calls of 300 and one look beyond each; each locked and settled once.
    expect(world.writes()).toHaveLength(2 * 700);
    expect(world.reads().length).toBeLessThanOrEqual(301 + 301 + 100);
  });

  it('goes with fields before cookies, the earliest first, and both in turn', async () => {
    const cookies = world.add(0, 2, {
      fields: false,
      cookie: true,
      known: true,
      nextAt: () => start - 60_000,
    });
    const [late] = world.add(2, 3, { nextAt: () => start - 1_000 });
    const [early] = world.add(3, 4, { nextAt: () => start - 9_000 });
    world.schedule();
    await world.run(1);
    expect(world.calls[0]?.leads).toEqual([early, late]);
    expect(new Set(world.calls.slice(1).flatMap(({ leads }) => leads))).toEqual(new Set(cookies));
  });

  it('keeps nobody waiting behind leads whose entries are stale', async () => {
    const stale = world.add(0, 400, { nextAt: () => start - 60_000 });
    for (const lead of stale) {
      const row = world.twin.rows.get(`lead#${lead}`);
      const state = { ...(JSON.parse(row?.json ?? '{}') as object), lockedUntil: start + hourMs };
      if (row) world.twin.rows.set(`lead#${lead}`, { ...row, json: JSON.stringify(state) });
    }
    const [ready] = world.add(400, 401);
    world.schedule();
    await world.run(1);
    expect(world.calls.map(({ leads }) => leads)).toEqual([[ready]]);
  });

  it('and is more than one turn may take is told to others by a tick, while the call is under way', async () => {
    world.add(0, 301);
    world.schedule();
    await world.turn();
    expect(world.ticksSent()).toBeGreaterThan(0);
  });

  it('goes out within the scheduled tick’s time where every other tick is lost', async () => {
    world.add(0, 20, { cookie: true });
    await world.run(2 * 60);
    expect(leadsIn()).toHaveLength(20);
    expect((world.calls.at(-1)?.at ?? 0) - start).toBeLessThanOrEqual(
      tickTiming.everyMinutes * 60_000 + 20 * soap.windowMs,
    );
  });
});

describe('while no call may go, who waits is not touched:', () => {
  it('when the day’s calls are used up, nobody is read or written until the reset', async () => {
    await world.use(soap.dailyCalls);
    const leads = world.add(0, 1_000);
    world.tick(leads.slice(0, 100));
    world.schedule();
    await world.run(3_600);
    world.jump(epochMs(reset - 60_000));
    await world.run(60);
    expect([world.calls, world.writes(), world.reads()]).toEqual([[], [], []]);
    await world.run(62);
    expect(leadsIn()).toEqual([300, 300, 300, 100]);
    for (const { at } of world.calls) expect(at).toBeGreaterThanOrEqual(reset);
  });

  it('and that costs the scheduled ticks alone, one read of the counter each', async () => {
    await world.use(soap.dailyCalls);
    world.add(0, 1_000);
    await world.run(2 * 3_600);
    expect(world.ticksSent()).toBe(0);
    expect([world.writes(), world.reads()]).toEqual([[], []]);
  });

  it('when Marketo’s quota is gone for others, one call finds that out', async () => {
    world.break('usedUp');
    world.add(0, 1_000);
    world.schedule();
    await world.run(2 * 3_600);
    expect(world.calls).toHaveLength(1);
    expect(new Set(world.writes()).size).toBe(300);
  });

  it('when the circuit breaker is open, but for the one lead that probes', async () => {
    world.break('unavailable');
    world.add(0, 1_000);
    world.schedule();
    await world.run(3_600);
    const [first, ...probes] = world.calls;
    expect(first?.leads).toHaveLength(300);
    expect(probes.every(({ leads }) => leads.length === 1)).toBe(true);
    // After 30 s, 60, 120, 240, and then every 5 minutes, with a quarter of jitter at most.
    expect(probes.length).toBeGreaterThanOrEqual(10);
    expect(probes.length).toBeLessThanOrEqual(15);
    // Locked and settled: those of the first call, and one for each probe.
    expect(world.writes()).toHaveLength(2 * (300 + probes.length));
  });

  it('and when it closes again, the first calls take all of them', async () => {
    world.break('unavailable');
    world.add(0, 300);
    world.schedule();
    await world.run(4 * 3_600);
    const tried = world.calls.length;
    world.break(undefined);
    await world.run(6 * 60);
    expect(world.calls.length - tried).toBeLessThanOrEqual(3);
    const reached = new Set(world.calls.slice(tried).flatMap(({ leads }) => leads));
    expect(reached.size).toBe(300);
  });

  it('when the moment has no permit, and then a tick comes in the next', async () => {
    // Each of them is a call of its own.
    world.add(0, 2 * soap.perWindow, { cookie: true });
    world.schedule();
    await world.turn();
    const made = world.calls.length;
    // One of the window's permits went to the question about fields.
    expect(made).toBe(soap.perWindow - 1);
    expect(world.writes()).toHaveLength(2 * made);
    await world.run(5);
    expect(world.calls.length).toBeGreaterThanOrEqual(made + soap.perWindow);
  });
});

describe('a probe', () => {
  const open = async (): Promise<void> => {
    world.break('unavailable');
    world.add(0, 1);
    world.schedule();
    await world.run(31);
  };
  const probing = () =>
    (JSON.parse(world.twin.rows.get('window')?.json ?? '{}') as { probeUntil?: number }).probeUntil;

  it('that finds nobody to call for leaves the next one to try at once', async () => {
    await open();
    for (const key of [...world.twin.rows.keys()])
      if (key.startsWith('lead#')) world.twin.rows.delete(key);
    world.jump(epochMs(world.now() + 600_000));
    world.schedule();
    await world.turn();
    expect(probing()).toBeUndefined();
    expect(world.calls).toHaveLength(1);
    world.add(5, 6);
    world.break(undefined);
    world.schedule();
    await world.turn();
    expect(world.calls).toHaveLength(2);
  });

  it('is given back where the day has no call for it', async () => {
    await open();
    await world.use(soap.dailyCalls);
    world.jump(epochMs(world.now() + 600_000));
    world.schedule();
    await world.turn();
    expect(probing()).toBeUndefined();
    expect(world.calls).toHaveLength(1);
  });

  it('that is answered lets all others go in the same turn', async () => {
    await open();
    world.add(1, 50);
    world.break(undefined);
    world.jump(epochMs(world.now() + 600_000));
    world.schedule();
    await world.turn();
    expect(leadsIn()).toEqual([1, 1, 49]);
  });
});

describe('a turn', () => {
  it('begins no call for which it has no time, and leaves a tick', async () => {
    const [lead] = world.add(0, 1);
    const { describeTimeoutMs, callTimeoutMs, settleMarginMs } = leadTiming;
    const callMs = describeTimeoutMs + callTimeoutMs + settleMarginMs;
    world.tick(lead && [lead]);
    await world.turn(callMs - 1);
    expect([world.calls, world.writes(), world.ticksSent()]).toEqual([[], [], 1]);
    await world.turn(callMs);
    expect(leadsIn()).toEqual([1]);
  });

  it('gives its permit back where another has taken all of its leads', async () => {
    const [lead] = world.add(0, 1);
    world.beforeNextWrite(async () => {
      const row = world.twin.rows.get(`lead#${lead}`);
      const state = JSON.parse(row?.json ?? '{}') as object;
      await world.twin.table.write(
        `lead#${lead}`,
        {
          version: 2,
          state: { ...state, owner: 'other', lockedUntil: start + 132_000 },
          entry: { lane: 'fields', nextAt: epochMs(start + 132_000) },
        },
        1,
      );
    });
    world.schedule();
    await world.turn();
    expect(world.calls).toEqual([]);
    // The question about fields stays counted.
    expect(world.counters.rows.get('budget#soap#day#2026-11-23')?.used).toBe(1);
  });

  it('leaves the others of its call alone where one lead’s table fails', async () => {
    const [failing, ...others] = world.add(0, 10);
    world.beforeNextWrite(() => Promise.reject(new Error('the table is down')));
    world.schedule();
    await world.turn();
    expect(world.calls[0]?.leads).toHaveLength(9);
    expect(world.complaints).toContain('a lead could not be written; its lock ends with the lease');
    await world.run(61);
    const reached = new Set(world.calls.flatMap(({ leads }) => leads));
    expect([failing, ...others].every((lead) => lead !== undefined && reached.has(lead))).toBe(
      true,
    );
  });
});
