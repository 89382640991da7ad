import { describe, expect, it } from 'vitest';
import type { LeadId } from '../../lambdas/lead/types.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { noon } from '../support/mailboxes.ts';
import { createBacklog, mostInAMinute, reset } from './sweepSupport.ts';

const today = '2026-11-23';
const many = 5_000;
/** So many calls a day that only the slots hold anybody up. */
const plenty = 40_000;

type Backlog = ReturnType<typeof createBacklog>;

const mostOf = (leads: readonly LeadId[], cost: (lead: LeadId) => number): number =>
  Math.max(...leads.map(cost));
const syncedIn = ({ calls }: Backlog): Set<LeadId> => new Set(calls.flatMap(({ leads }) => leads));
const minutesOf = ({ calls }: Backlog): number =>
  ((calls.at(-1)?.at ?? 0) - (calls[0]?.at ?? 0)) / 60_000;

describe('leads that wait for the quota’s reset', () => {
  it('cost nothing until then, and then go at the pace, a few writes and messages each', async () => {
    const world = createBacklog(noon, plenty);
    const leads = await world.add(0, many, { cookie: true });
    await world.use(today, plenty);
    world.wake(leads);
    await world.run(300);
    const [writes, dues] = [world.allWrites(), world.allDues()];
    expect(mostOf(leads, world.writes)).toBe(1);
    expect([dues, world.calls.length]).toEqual([0, 0]);
    await world.run(2_400);
    expect([world.allWrites(), world.allDues()]).toEqual([writes, dues]);
    world.jump(epochMs(reset - 60_000));
    await world.run(2_700);
    expect(syncedIn(world).size).toBe(many);
    expect(world.calls).toHaveLength(many);
    // One lead a call: 160 of the 200 slots of a minute are for those that the sweep wakes.
    expect(minutesOf(world)).toBeLessThan(many / 160 + 2);
    expect(mostInAMinute(world.calls)).toBeLessThanOrEqual(170);
    // Joined, called up, locked, settled; and once more where a slot was missed.
    expect(mostOf(leads, world.writes)).toBeLessThanOrEqual(6);
    expect(mostOf(leads, world.dues)).toBeLessThanOrEqual(2);
    expect([world.twin.dead.size, world.complaints]).toEqual([0, []]);
  }, 60_000);

  it('go at the pace, too, when their due messages all appear right after it', async () => {
    const world = createBacklog(epochMs(reset - 600_000), plenty);
    const leads = await world.add(0, many, { cookie: true });
    await world.use(today, plenty);
    world.wake(leads);
    await world.run(3_300);
    expect(syncedIn(world).size).toBe(many);
    expect(mostInAMinute(world.calls)).toBeLessThanOrEqual(170);
    expect(mostOf(leads, world.writes)).toBeLessThanOrEqual(8);
    expect(mostOf(leads, world.dues)).toBeLessThanOrEqual(4);
    expect(world.complaints).toEqual([]);
  }, 60_000);

  it('go the same day when the day’s calls are raised', async () => {
    const world = createBacklog(noon, 100);
    const leads = await world.add(0, 60, { cookie: true });
    await world.use(today, 100);
    world.wake(leads);
    await world.run(600);
    expect(world.calls).toEqual([]);
    world.deploy(1_000);
    await world.run(180);
    expect(syncedIn(world).size).toBe(60);
  });
});

describe('a backlog of slots', () => {
  it('costs a lead as much as a short one does', async () => {
    const world = createBacklog(epochMs(reset + 7_200_000));
    const leads = await world.add(0, 1_500, { cookie: true });
    world.wake(leads);
    await world.run(900);
    expect(syncedIn(world).size).toBe(1_500);
    expect(mostOf(leads, world.writes)).toBeLessThanOrEqual(8);
    expect(mostOf(leads, world.dues)).toBeLessThanOrEqual(4);
  }, 60_000);

  it('is a line that later leads join at its end, so that it drains and calls stay large', async () => {
    // On the line of the pace: 4 calls a minute for the rest of the day.
    const world = createBacklog(noon);
    await world.use(today, 3_500);
    const leads = await world.add(0, 3_000, {});
    world.wake(leads);
    let next = 3_000;
    const trickle = async (): Promise<void> => {
      world.wake(await world.add(next, next + 1, {}));
      next += 1;
    };
    await world.run(900, trickle);
    await world.run(300);
    expect(syncedIn(world).size).toBe(next);
    expect(world.calls.length).toBeLessThanOrEqual(20 * 4.2 + 1);
  }, 60_000);

  it('ends, and who comes then waits for nobody', async () => {
    const world = createBacklog(noon);
    world.wake(await world.add(0, 300, { cookie: true }));
    await world.run(300);
    const late = await world.add(300, 301, { cookie: true });
    world.wake(late);
    await world.run(2);
    expect(world.calls.at(-1)?.leads).toEqual(late);
  });
});

describe('the sweep', () => {
  const wakeAt = (index: number): number => noon - 600_000 + ((index * 137) % 400) * 1_000;

  it('wakes those first that wait longest, whichever shard they are in', async () => {
    const world = createBacklog(noon, 150);
    const leads = await world.add(0, 400, { cookie: true, wakeAt });
    await world.sweep();
    const woken = leads.filter((lead) => world.dues(lead) > 0);
    expect(woken.length).toBeGreaterThan(50);
    expect(woken.length).toBeLessThan(150);
    const places = new Map(leads.map((lead, index) => [lead, wakeAt(index)]));
    const oldest = leads.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
    expect(woken.toSorted()).toEqual(oldest.slice(0, woken.length).toSorted());
  });

  const lost = (): number => noon - 600_000;

  it('finds lost leads within minutes when the budget has calls to spare', async () => {
    const world = createBacklog(noon);
    const leads = await world.add(0, 300, {});
    await world.run(240);
    expect(syncedIn(world).size).toBe(leads.length);
    expect(world.calls).toHaveLength(1);
  });

  it('wakes none, and writes nothing, once the day’s calls are used up', async () => {
    const world = createBacklog(noon);
    await world.add(0, 50, { wakeAt: lost });
    await world.use(today, 8_000);
    await world.run(600);
    expect([world.allWrites(), world.allDues()]).toEqual([0, 0]);
  });

  it('lets nobody starve while others take each call as the pace allows it', async () => {
    const world = createBacklog(noon);
    await world.use(today, 3_500);
    const leads = await world.add(0, 10, { cookie: true, wakeAt: lost });
    let next = 10;
    await world.run(1_800, async () => {
      world.wake(await world.add(next, ++next, { cookie: true }));
    });
    expect(leads.filter((lead) => !syncedIn(world).has(lead))).toEqual([]);
    expect(world.calls.length).toBeLessThan(30 * 4.2 + 5);
  });

  it('does not wake again those whose message is under way', async () => {
    const world = createBacklog(noon);
    await world.add(0, 50, { cookie: true, wakeAt: lost });
    await world.sweep();
    await world.sweep();
    expect(world.allDues()).toBe(50);
  });
});
