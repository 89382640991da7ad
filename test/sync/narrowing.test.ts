import { afterEach, describe, expect, it } from 'vitest';
import type { SchemaInput } from '../../simulator/schema/shape.ts';
import { identify, leadOf } from '../support/scenario.ts';
import type { Api, World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const good = { firstName: 'Jane', lastName: 'Doe', plan: 'pro', logins: 7 };
const arrived = { FirstName: 'Jane', LastName: 'Doe', Plan: 'pro', Logins: '7' };

let world: World;

const open = async (api: Api, schema: SchemaInput): Promise<void> => {
  world = await createWorld({ api, fieldMap: { userId: false }, schema });
};
afterEach(async () => {
  expect(world.simulator.lockFaults).toBe(0);
  await world.close();
});

/** The names in each dead letter. */
const dead = () =>
  [...world.twin.dead.values()]
    .map((deadLetter) => ('fields' in deadLetter ? deadLetter.fields.map(({ name }) => name) : []))
    .sort();
const calls = () => world.simulator.calls(jane).length;
/** While others are synced, so that a failure that is tried a few times counts against this lead. */
const passed = async (hours = 1): Promise<void> => {
  for (let minute = 0; minute < 60 * hours; minute += 1) {
    await world.post(identify('eve@example.com', { plan: `${world.at()}` }));
    await world.run(60);
  }
};
/** Resolves to how many calls the identify cost. */
const identified = async (traits: object): Promise<number> => {
  const before = calls();
  await world.post(identify(jane, traits));
  await passed();
  return calls() - before;
};
const own = [
  { name: 'Plan', dataType: 'string' as const },
  { name: 'Logins', dataType: 'integer' as const },
];
const field = (name: string, message?: string, code = '1003') => ({
  name,
  refused: { code, ...(message !== undefined && { message }) },
});

describe.each(apis)('over %s, values that Marketo refuses without a word about which', (api) => {
  const poisoned = [...own, field('Title', 'Some words'), field('Department', 'Some words')];
  const traits = { ...good, title: 'Dr', department: 'R&D' };

  it('cost one dead letter each; the e-mail and all other values arrive', async () => {
    await open(api, { fields: poisoned });
    await identified(traits);
    expect(leadOf(world, jane)?.fields).toEqual(arrived);
    expect(dead()).toEqual([['Department'], ['Title']]);
  });

  it('cost no call when the same identify comes again, and no second dead letter', async () => {
    await open(api, { fields: poisoned });
    await identified(traits);
    expect(await identified(traits)).toBe(0);
    expect(dead()).toHaveLength(2);
  });

  it('are found also where all else is known to Marketo, the e-mail included', async () => {
    await open(api, { fields: poisoned });
    await identified(good);
    await identified({ ...good, title: 'Dr' });
    expect(dead()).toEqual([['Title']]);
    expect(await identified({ ...good, title: 'Dr', plan: 'basic' })).toBe(1);
    expect(leadOf(world, jane)?.fields).toEqual({ ...arrived, Plan: 'basic' });
  });

  it('do not stand in the way of what comes while they are looked for', async () => {
    await open(api, { fields: poisoned });
    await world.post(identify(jane, traits));
    await world.run(40);
    await world.post(identify(jane, { plan: 'basic' }));
    await passed();
    expect(leadOf(world, jane)?.fields).toEqual({ ...arrived, Plan: 'basic' });
    expect(dead()).toEqual([['Department'], ['Title']]);
  });

  it('are found in at most log2(n) + 2 calls, and one more carries the rest', async () => {
    await open(api, { fields: [...own, field('Title', 'Some words')] });
    // SOAP says only that the lead could not be written, which may pass: once more before, and at the end.
    const first = api === 'soap' ? 4 : 1;
    const values = 5;
    expect(await identified({ ...good, title: 'Dr' })).toBeLessThanOrEqual(
      first + Math.ceil(Math.log2(values)) + 2,
    );
    expect(dead()).toEqual([['Title']]);
  });
});

describe.each(apis)('over %s, an outage while a value is looked for', (api) => {
  const code = api === 'soap' ? '20106' : '611';
  const target = api === 'soap' ? 'syncLead' : 'leads';

  it.each([4, 6])('that begins with call %i costs no good value', async (nth) => {
    await open(api, { fields: [...own, field('Title', 'Some words')] });
    await world.post(identify(jane, { ...good, title: 'Dr' }));
    for (let minute = 0; minute < 60; minute += 1) {
      await world.post(identify('eve@example.com', { plan: `${world.at()}` }));
      await world.run(minute === 0 ? 5 : 30);
      if (calls() === nth) {
        world.inject({ target, code, count: 5 });
        await world.run(200);
        world.simulator.clearFaults();
      }
      await world.run(30);
    }
    expect(leadOf(world, jane)?.fields).toEqual(arrived);
    expect(dead()).toEqual([['Title']]);
  });
});

describe('over REST, company fields of an instance that refuses them (1021)', () => {
  it('cost themselves at once, and nothing else of the lead', async () => {
    await open('rest', { company: { syncLeads: 'refused' } });
    const made = await identified({ ...good, company: 'Acme', industry: 'Steel' });
    expect(leadOf(world, jane)?.fields).toEqual(arrived);
    expect(dead()).toEqual([['Company', 'Industry']]);
    // The refusal, and the rest.
    expect(made).toBe(2);
    expect(await identified({ ...good, company: 'Acme', industry: 'Steel' })).toBe(0);
  });
});

describe('over REST, a refusal whose words name our fields', () => {
  it.each([
    ['in a list', 'Invalid fields [title, department]', [['Department', 'Title']]],
    ['in quotation marks', "Invalid value for field 'title'", [['Department'], ['Title']]],
  ])('%s costs those fields and no search', async (_how, message, letters) => {
    await open('rest', { fields: [...own, field('Title', message), field('Department', message)] });
    await identified({ ...good, title: 'Dr', department: 'R&D' });
    expect(leadOf(world, jane)?.fields).toEqual(arrived);
    expect(dead()).toEqual(letters);
  });

  it('without quotation marks costs the one that it names', async () => {
    await open('rest', { fields: [...own, field('Title', 'The value of title is too long')] });
    expect(await identified({ ...good, title: 'Dr' })).toBe(2);
    expect(leadOf(world, jane)?.fields).toEqual(arrived);
    expect(dead()).toEqual([['Title']]);
  });
});

describe.each(apis)('over %s, a lead that Marketo refuses as a whole', (api) => {
  it('is one dead letter for one content, and costs no call until a day later', async () => {
    await open(api, {});
    const code = api === 'rest' ? '1008' : '20103';
    world.inject({ target: api === 'rest' ? 'leads' : 'syncLead', code, count: 1 });
    await world.post(identify(jane, good));
    await world.run(600);
    expect(dead()).toHaveLength(1);
    expect(await identified(good)).toBe(0);
    expect(dead()).toHaveLength(1);
    await world.run(86_400);
    await identified(good);
    expect(leadOf(world, jane)?.fields).toEqual(arrived);
  });
});
