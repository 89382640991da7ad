import { describe, expect, it } from 'vitest';
import { shortHashOf } from '../../lambdas/digest.ts';
import { marketoLimits } from '../../lambdas/limits.ts';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { noon } from '../support/mailboxes.ts';
import { createBacklog } from './backlog.ts';

const start = epochMs(noon + 3_600_000);
const minuteMs = 60_000;

/** Fails a share of all leads, others in each minute. */
const failingShare =
  (share: number, now: () => number) =>
  (lead: LeadId): boolean => {
    const [byte = 0] = Buffer.from(shortHashOf(`${lead}${Math.floor(now() / minuteMs)}`), 'base64');
    return byte < share * 256;
  };

describe('while Marketo fails some of its leads for no reason that it names', () => {
  it.each([0.5, 0.9])(
    'a share of %d, for three hours: no lead is given up, and all arrive',
    async (share) => {
      const world = createBacklog(start, { dailyCalls: 40_000 });
      world.fail(failingShare(share, world.now));
      let next = 40;
      world.tick(world.add(0, next));
      await world.run(3 * 3_600, () => {
        if (world.now() % (5 * minuteMs) === 0) world.tick(world.add(next, (next += 1)));
      });
      expect(world.complaints).toContain('Marketo is unavailable; all leads wait');
      expect([...world.twin.dead.values()]).toEqual([]);
      world.fail(() => false);
      await world.run(1_800);
      expect(new Set(world.calls.flatMap(({ leads }) => leads)).size).toBe(next);
      const pending = [...world.twin.rows].filter(
        ([key, { item }]) => key.startsWith('lead#') && item.entry,
      );
      expect(pending).toEqual([]);
    },
    30_000,
  );

  it('because of themselves, the others go on, and each of those is given up after its own tries', async () => {
    const world = createBacklog(start, { dailyCalls: 40_000 });
    const poisoned = new Set(world.add(0, 8));
    world.fail((lead) => poisoned.has(lead));
    world.tick([...poisoned]);
    let next = 8;
    // A failure counts only if others were synced since the lead's last call, and values are looked for first.
    await world.run(8 * 3_600, () => {
      if (world.now() % 20_000 === 0) world.tick(world.add(next, (next += 1)));
    });
    expect(world.twin.dead.size).toBe(8);
    const tries = world.calls.filter(
      ({ leads: [only, ...rest] }) => only !== undefined && poisoned.has(only) && !rest[0],
    );
    expect(tries.length).toBeLessThan(8 * 3 * marketoLimits.boundedAttempts);
    const done = new Set(world.calls.flatMap(({ leads }) => leads));
    expect(done.size).toBeGreaterThan(next - 20);
  }, 30_000);
});
