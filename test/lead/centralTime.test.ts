import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayOf } from '../../lambdas/lead/centralTime.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

const hourMs = 3_600_000;
const farAway = epochMs(Date.UTC(2001, 0, 1));

it('a day of Marketo’s quota is the same, whichever day was asked for before', () => {
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2030, 0, 1) });
  const away = fc.integer({ min: -50 * hourMs, max: 50 * hourMs });
  fc.assert(
    fc.property(moment, away, (at, by) => {
      dayOf(farAway);
      const alone = dayOf(epochMs(at));
      for (const before of [at + by, alone.startsAt - 1, alone.startsAt, alone.resetsAt]) {
        dayOf(epochMs(before));
        expect(dayOf(epochMs(at))).toEqual(alone);
      }
      dayOf(alone.startsAt);
      expect(dayOf(alone.resetsAt).startsAt).toBe(alone.resetsAt);
      expect(dayOf(epochMs(alone.startsAt - 1)).resetsAt).toBe(alone.startsAt);
    }),
  );
});
