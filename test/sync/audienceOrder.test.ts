import fc from 'fast-check';
import { expect, it } from 'vitest';
import { identify } from '../support/scenario.ts';
import { createWorld } from '../support/world.ts';

const key = 'vip';
const emails = ['jane@example.com', 'joe@example.com'];

interface Change {
  readonly who: number;
  readonly list: number;
  readonly isMember: boolean;
  /** When it happened, and how long nothing comes after it came; seconds. */
  readonly at: number;
  readonly pause: number;
  readonly fault: 'none' | 'refused' | 'cut' | 'record';
}

const change: fc.Arbitrary<Change> = fc.record({
  who: fc.nat(1),
  list: fc.integer({ min: 1001, max: 1002 }),
  isMember: fc.boolean(),
  at: fc.nat(3_000),
  pause: fc.constantFrom(0, 1, 20, 40),
  fault: fc.constantFrom('none', 'none', 'refused', 'cut', 'record'),
});

const eventOf = ({ who, list, isMember, at }: Change) => ({
  type: 'track',
  event: 'Audience',
  userId: `user-${who}`,
  timestamp: new Date(Date.UTC(2026, 10, 23, 11) + at * 1_000).toISOString(),
  properties: { [key]: isMember },
  context: {
    traits: { email: emails[who] },
    personas: {
      computation_class: 'audience',
      computation_key: key,
      external_audience_id: String(list),
    },
  },
});

it('memberships end as the order of the events says, whatever comes between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(change, { selector: ({ at }) => at, minLength: 1, maxLength: 12 }),
      async (changes) => {
        const world = await createWorld({ api: 'rest' });
        try {
          for (const one of changes) {
            if (one.fault === 'refused') world.inject({ target: 'addToList', code: '604' });
            if (one.fault === 'cut')
              world.inject({ target: 'removeFromList', drop: true, after: true });
            if (one.fault === 'record')
              world.inject({ target: 'addToList', code: '1004', level: 'record' });
            await world.post(eventOf(one));
            if (one.pause > 0) await world.run(one.pause);
          }
          await world.post(
            ...emails.map((email, who) => identify(email, {}, { userId: `user-${who}` })),
          );
          world.simulator.clearFaults();
          await world.run(4 * 3_600);
          for (const list of [1001, 1002])
            for (const who of [0, 1]) {
              const last = changes
                .filter((one) => one.list === list && one.who === who)
                .sort((a, b) => a.at - b.at)
                .at(-1);
              const lead = world.simulator.find('email', emails[who] ?? '');
              expect(world.simulator.state.isMember(list, lead?.id ?? 0)).toBe(
                last?.isMember ?? false,
              );
            }
          expect(world.simulator.lockFaults).toBe(0);
          expect([...world.twin.dead.values()]).toEqual([]);
        } finally {
          await world.close();
        }
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);
