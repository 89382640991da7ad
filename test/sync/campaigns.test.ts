import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '../../lambdas/marketo/mapping/mappingSchema.ts';
import { identify } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const rules: readonly Rule[] = [
  {
    when: { event: 'Order' },
    to: 'campaign',
    campaign: 2001,
    tokens: { 'my.total': 'properties.total' },
  },
];

let world: World;
const begin = async (more: Partial<Parameters<typeof createWorld>[0]> = {}): Promise<void> => {
  world = await createWorld({
    api: 'rest',
    fieldMap: { userId: false },
    mapping: { rules },
    senderKind: 'server',
    ...more,
  });
};
afterEach(async () => {
  expect(world.simulator.lockFaults).toBe(0);
  await world.close();
});

const order = (total: number, more: object = {}) => ({
  type: 'track',
  event: 'Order',
  userId: 'jane',
  properties: { total },
  context: { traits: { email: jane } },
  ...more,
});
const runs = (of: World = world) =>
  of.simulator.state.campaignRuns().map(({ tokens }) => tokens['{{my.total}}']);
const requests = () =>
  world.simulator.calls().filter(({ operation }) => operation === 'requestCampaign');
const deadLetters = () => [...world.twin.dead.values()].map(({ because }) => because);

describe('a rule for a campaign', () => {
  it('requests it once for each event, with its tokens, also of a lead that is new', async () => {
    await begin();
    const first = { ...order(7), messageId: 'order-7' };
    await world.post(first);
    await world.run(120);
    expect(runs()).toEqual(['7']);
    // The queue knows a message for five minutes; the mailbox remembers it for longer.
    await world.run(3_600);
    await world.post(first);
    await world.run(120);
    expect(runs()).toEqual(['7']);
    expect(world.stepsOf('unchanged').at(-1)).toMatchObject({ messageId: 'order-7' });
    await world.post(order(7), order(7));
    await world.run(240);
    expect(runs()).toEqual(['7', '7', '7']);
    expect(world.simulator.visits()).toEqual([]);
  });

  it('brings at most 100 leads with one call, and only those with equal tokens', async () => {
    await begin();
    const people = Array.from({ length: 130 }, (_, n) => `p${n}@example.com`);
    await world.post(...people.map((email) => identify(email)));
    await world.run(240);
    await world.post(
      ...people.map((email, n) =>
        order(n < 110 ? 1 : 2, { userId: `p${n}`, context: { traits: { email } } }),
      ),
    );
    await world.run(400);
    expect(runs().filter((total) => total === '1')).toHaveLength(110);
    expect(runs().filter((total) => total === '2')).toHaveLength(20);
    expect(requests().every(({ leads }) => leads.length <= 100)).toBe(true);
    // One that does not wait, and three that are gathered.
    expect(requests().length).toBeLessThanOrEqual(5);
  });

  it('waits out trouble, and forgets nobody for a lead that Marketo has no more', async () => {
    await begin();
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(60);
    world.simulator.deleteLead(world.simulator.find('email', jane)?.id ?? 0);
    world.inject({ target: 'requestCampaign', status: 503 });
    await world.post(order(7));
    await world.run(1_200);
    expect(runs()).toEqual(['7']);
    expect(deadLetters()).toEqual([]);
  });

  it('has a dead letter for a campaign that there is not, or that cannot be requested', async () => {
    await begin({
      mapping: {
        rules: [
          { when: { event: 'A' }, to: 'campaign', campaign: 7 },
          { when: { event: 'B' }, to: 'campaign', campaign: 2002 },
        ],
      },
    });
    await world.post({ ...order(1), event: 'A' });
    await world.run(120);
    await world.post({ ...order(1), event: 'B' });
    await world.run(120);
    expect(deadLetters()).toEqual([
      'Marketo has no campaign of this id (1013)',
      expect.stringMatching(/cannot be requested: it needs the trigger.*\(1003\)$/),
    ]);
  });

  it('does nothing for a browser key, which could have mails sent to anybody', async () => {
    await begin({ senderKind: 'browser' });
    await world.post(order(7));
    await world.run(240);
    expect(runs()).toEqual([]);
    expect(world.stepsOf('dropped')).toMatchObject([
      { because: expect.stringContaining('only a server key may request campaigns') as string },
    ]);
  });
});

it('each event is requested once, and again only where an answer was lost', async () => {
  const step = fc.record({
    who: fc.nat(1),
    total: fc.nat(1),
    again: fc.boolean(),
    pause: fc.constantFrom(0, 1, 20, 40),
    fault: fc.constantFrom('none', 'none', 'refused', 'cut'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      await begin();
      let cuts = 0;
      for (const [at, { who, total, again, pause, fault }] of steps.entries()) {
        if (fault === 'refused') world.inject({ target: 'requestCampaign', code: '604' });
        if (fault === 'cut') {
          cuts += 1;
          world.inject({ target: 'requestCampaign', drop: true, after: true });
        }
        const context = { traits: { email: `p${who}@example.com` } };
        const event = order(total, { messageId: `m${at}`, userId: `p${who}`, context });
        await world.post(event);
        if (again) await world.post(event);
        if (pause > 0) await world.run(pause);
      }
      await world.run(4 * 3_600);
      const asked = steps.map(({ total }) => String(total)).sort();
      const ran = runs().map(String).sort();
      if (cuts === 0) expect(ran).toEqual(asked);
      else
        for (const total of new Set(asked))
          expect(ran.filter((one) => one === total).length).toBeGreaterThanOrEqual(
            asked.filter((one) => one === total).length,
          );
      expect(deadLetters()).toEqual([]);
      await world.close();
    }),
    { numRuns: 20 },
  );
  await begin();
}, 60_000);
