import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import { doesCount } from '../../lambdas/sync/callVerdicts.ts';
import { leadTiming as timing, marketoLimits } from '../../lambdas/limits.ts';
import { at, noon } from '../support/mailboxes.ts';
import { identify, leadOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';
import { createBacklog } from './backlog.ts';

const leadsOf = ({ leads }: { readonly leads: readonly LeadId[] }) => leads;

const bounded = {
  soap: [
    { target: 'syncLead', code: '10001' },
    { target: 'syncMultipleLeads', code: '20106' },
  ],
  rest: [{ target: 'leads', code: '611' }],
} as const;

describe.each(apis)('a code over %s that is tried a few times', (api) => {
  let world: World;
  const emails = Array.from({ length: 5 }, (_, n) => `p${n}@example.com`);
  const dead = () => [...world.twin.dead.values()];

  beforeEach(async () => {
    world = await createWorld({ api, fieldMap: { userId: false } });
  });
  afterEach(async () => {
    await world.close();
  });

  it('gives up nobody while everybody gets it, however long, and all arrive afterwards', async () => {
    for (const fault of bounded[api]) world.inject({ ...fault, count: 100_000 });
    await world.post(...emails.map((email) => identify(email, { plan: email })));
    await world.run(2 * 3_600);
    expect(world.simulator.leads()).toEqual([]);
    expect(dead()).toEqual([]);
    world.simulator.clearFaults();
    await world.run(1_800);
    for (const email of emails) expect(leadOf(world, email)?.fields.Plan).toBe(email);
    expect(dead()).toEqual([]);
  });
});

describe('a lead that Marketo fails, in a call with 299 others', () => {
  const start = epochMs(noon + 3_600_000);

  it('holds each of them up for a lock a halving, and is given up after tries of its own', async () => {
    const world = createBacklog(start, { dailyCalls: 40_000 });
    const leads = world.add(0, 300);
    const [failing] = leads;
    world.fail((lead) => lead === failing);
    world.tick(leads);
    const halvings = Math.ceil(Math.log2(300));
    await world.run((halvings * (timing.lockMs + 2_000)) / 1_000);
    const answered = new Set(
      world.calls.filter(({ leads: sent }) => !sent.includes(failing as LeadId)).flatMap(leadsOf),
    );
    expect(answered.size).toBe(299);
    let next = 300;
    const others = (): void => {
      if (world.now() % 60_000 === 0) world.tick(world.add(next, ++next));
    };
    await world.run(4 * 3_600, others);
    const alone = world.calls.filter(({ leads: [only, ...rest] }) => only === failing && !rest[0]);
    // Those between which nobody else was synced did not count.
    expect(alone.length).toBeGreaterThanOrEqual(marketoLimits.boundedAttempts);
    expect(alone.length).toBeLessThan(2 * marketoLimits.boundedAttempts);
    expect([...world.twin.dead.values()]).toMatchObject([{ lead: failing, because: 'failed' }]);
  }, 30_000);

  it('is given up at some time even where there is nobody else', async () => {
    const world = createBacklog(start);
    world.fail(() => true);
    world.tick(world.add(0, 1));
    await world.run(6 * 3_600);
    expect(world.twin.dead.size).toBe(0);
    await world.run(14 * 3_600);
    expect(world.twin.dead.size).toBe(1);
    const { unprovenAttempts, boundedAttempts } = marketoLimits;
    // Two with its only value, then those of the lead without it.
    expect(world.calls).toHaveLength(unprovenAttempts + 2 + boundedAttempts);
  }, 30_000);
});

describe('an attempt counts against a lead', () => {
  const lockedUntil = epochMs(at(100) + timing.lockMs);

  it('if somebody was synced since its last call ended', () => {
    expect(doesCount({ lockedUntil }, at(101), at(200), timing)).toBe(true);
    expect(doesCount({ lockedUntil }, at(100), at(200), timing)).toBe(false);
    expect(doesCount({ lockedUntil }, undefined, at(200), timing)).toBe(false);
  });

  it('the first time, if somebody was synced as recently as a lead is tried again', () => {
    const longest = timing.backoffLongestMs + timing.lockMs;
    expect(doesCount({}, noon, epochMs(noon + longest - 1), timing)).toBe(true);
    expect(doesCount({}, noon, epochMs(noon + longest), timing)).toBe(false);
  });

  it('after very many tries in any case, so that no lead is tried for ever', () => {
    const attempts = marketoLimits.unprovenAttempts;
    expect(doesCount({ attempts }, undefined, noon, timing)).toBe(true);
    expect(doesCount({ attempts: attempts - 1 }, undefined, noon, timing)).toBe(false);
  });
});
