import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createWorld } from '../support/world.ts';

const statuses = ['Invited', 'Registered', 'Attended'];
const email = 'jane@example.com';

interface Change {
  readonly status: string;
  readonly seats: number;
  /** When it happened, and how long nothing comes after it came; seconds. */
  readonly at: number;
  readonly pause: number;
  readonly fault: 'none' | 'refused' | 'cut' | 'record' | 'fields';
}

const change: fc.Arbitrary<Change> = fc.record({
  status: fc.constantFrom(...statuses),
  seats: fc.nat(9),
  at: fc.nat(3_000),
  pause: fc.constantFrom(0, 1, 20, 40),
  fault: fc.constantFrom('none', 'none', 'refused', 'cut', 'record', 'fields'),
});

const eventOf = ({ status, seats, at }: Change) => ({
  type: 'track',
  event: 'Webinar',
  userId: 'jane',
  timestamp: new Date(Date.UTC(2026, 10, 23, 11) + at * 1_000).toISOString(),
  properties: { status, seats },
  context: { traits: { email } },
});

it('statuses only go forward, and end no earlier than the last word; fields end as the last word says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(change, { selector: ({ at }) => at, minLength: 1, maxLength: 10 }),
      async (changes) => {
        const world = await createWorld({
          api: 'rest',
          mapping: {
            rules: [
              {
                when: { event: 'Webinar' },
                to: 'program',
                program: 1044,
                status: 'properties.status',
                values: { seats: 'properties.seats' },
              },
            ],
          },
        });
        const member = () =>
          world.simulator.state.programMember(1044, world.simulator.find('email', email)?.id ?? 0);
        const stepOf = (status = ''): number => statuses.indexOf(status);
        try {
          let furthest = -1;
          for (const one of changes) {
            if (one.fault === 'refused') world.inject({ target: 'programStatus', code: '604' });
            if (one.fault === 'cut')
              world.inject({ target: 'programStatus', drop: true, after: true });
            if (one.fault === 'record')
              world.inject({ target: 'programStatus', code: '1004', level: 'record' });
            if (one.fault === 'fields') world.inject({ target: 'programMembers', code: '604' });
            await world.post(eventOf(one));
            if (one.pause > 0) await world.run(one.pause);
            expect(stepOf(member()?.status)).toBeGreaterThanOrEqual(furthest);
            furthest = stepOf(member()?.status);
          }
          world.simulator.clearFaults();
          await world.run(4 * 3_600);
          const last = changes.toSorted((a, b) => a.at - b.at).at(-1);
          expect(stepOf(member()?.status)).toBeGreaterThanOrEqual(stepOf(last?.status));
          expect(member()?.fields.seats).toBe(String(last?.seats));
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
