import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createWorld } from '../support/world.ts';

const consent = { categories: ['Advertising'], whenAbsent: 'drop' } as const;

const context = (preference: unknown) => ({
  consent: { categoryPreferences: { Advertising: preference, Analytics: true } },
});

/** One event of one of two people, who grants, refuses or says nothing, in any order. */
const event = fc.record({
  type: fc.constantFrom('identify', 'track', 'page'),
  user: fc.constantFrom('jane', 'joe'),
  preference: fc.constantFrom(true, false, undefined),
  isUpdate: fc.boolean(),
});

it('no event without consent reaches a lead or a visit, whatever comes before and after', async () => {
  let granted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
      const world = await createWorld({ api: 'rest', consent });
      try {
        const marks = events.map(({ preference }, place) => ({
          mark: `m${place}`,
          isGranted: preference === true,
        }));
        await world.post(
          ...events.map(({ type, user, preference, isUpdate }, place) => ({
            type,
            userId: user,
            messageId: `m${place}`,
            ...(preference !== undefined && { context: context(preference) }),
            ...(type === 'identify' && {
              traits: { email: `${user}@example.com`, company: `m${place}` },
            }),
            ...(type === 'page' && { properties: { path: `/m${place}` } }),
            ...(type === 'track' && {
              event: isUpdate ? 'Segment Consent Preference Updated' : `m${place}`,
            }),
          })),
        );
        await world.run(120);
        const reached = JSON.stringify([
          world.simulator.leads('jane@example.com'),
          world.simulator.leads('joe@example.com'),
          world.simulator.visits(),
        ]);
        for (const { mark, isGranted } of marks) {
          const isThere = new RegExp(`\\b${mark}\\b`).test(reached);
          if (isThere) granted += 1;
          if (!isGranted) expect(isThere).toBe(false);
        }
        expect(reached).not.toContain('Segment-Consent-Preference');
        const dropped = world.lines.filter(({ because }) => because === 'no consent');
        expect(dropped).toHaveLength(marks.filter(({ isGranted }) => !isGranted).length);
      } finally {
        await world.close();
      }
    }),
    { numRuns: 15 },
  );
  // The marks of those who granted are found where they are looked for.
  expect(granted).toBeGreaterThan(0);
});
