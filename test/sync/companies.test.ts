import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '../../lambdas/marketo/mapping/mappingSchema.ts';
import { identify, leadOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const rules: readonly Rule[] = [{ when: { type: 'group' }, to: 'company' }];

let world: World;
const begin = async (more: Partial<Parameters<typeof createWorld>[0]> = {}): Promise<void> => {
  world = await createWorld({
    api: 'rest',
    fieldMap: { userId: false },
    mapping: { rules },
    senderKind: 'server',
    // The stricter of what Adobe leaves open.
    schema: { company: { unknownLinks: 'refused' } },
    ...more,
  });
};
afterEach(async () => {
  expect(world.simulator.lockFaults).toBe(0);
  await world.close();
});

const group = (groupId: string, traits: object = {}, more: object = {}) => ({
  type: 'group',
  userId: 'jane',
  groupId,
  traits,
  context: { traits: { email: jane } },
  ...more,
});
const companyOf = (id: string) => world.simulator.state.companyOf(id);
const linkOf = (email = jane) => leadOf(world, email)?.fields.externalCompanyId;
const callsTo = (operation: string) =>
  world.simulator.calls().filter((call) => call.operation === operation);
const deadLetters = () => [...world.twin.dead.values()].map(({ because }) => because);

describe('a group call', () => {
  it('makes the company with its traits, and its person belongs to it', async () => {
    await begin();
    await world.post(
      group('acme', { name: 'Acme', industry: 'Anvils', employees: 7, email: 'info@acme.example' }),
    );
    await world.run(240);
    expect(companyOf('acme')?.fields).toEqual({
      Company: 'Acme',
      Industry: 'Anvils',
      NumberOfEmployees: '7',
    });
    expect(linkOf()).toBe('acme');
    // Neither the company's e-mail nor its name is the person's.
    expect(world.simulator.leads()).toHaveLength(1);
    expect(leadOf(world, jane)?.fields.Company).toBeUndefined();
    expect(world.simulator.visits()).toEqual([]);
    expect(deadLetters()).toEqual([]);
    expect(world.stepsOf('absorbed').flatMap(({ fields }) => fields ?? [])).toEqual(
      expect.arrayContaining(['link:company', 'company:externalCompanyId', 'company:industry']),
    );
  });

  it('that says nothing new costs no call, whoever of the company says it', async () => {
    await begin();
    await world.post(group('acme', { name: 'Acme' }));
    await world.run(240);
    const calls = world.simulator.calls().length;
    await world.post(group('acme', { name: 'Acme' }));
    await world.run(240);
    expect(world.simulator.calls()).toHaveLength(calls);
    const joe = { userId: 'joe', context: { traits: { email: 'joe@example.com' } } };
    await world.post(group('acme', { name: 'Acme' }, joe));
    await world.run(240);
    expect(callsTo('companies')).toHaveLength(1);
    expect(linkOf('joe@example.com')).toBe('acme');
  });

  it('without a trait still makes the company, and a later one moves the person', async () => {
    await begin();
    await world.post(group('acme'));
    await world.run(240);
    expect(companyOf('acme')?.fields).toEqual({});
    await world.post(group('globex'));
    await world.run(240);
    expect(linkOf()).toBe('globex');
  });

  it('that comes late does not undo a later one of another person', async () => {
    await begin();
    const at = (minute: number) => ({ timestamp: `2026-11-23T11:${minute}:00Z` });
    await world.post(group('acme', { industry: 'Anvils' }, at(58)));
    const joe = { userId: 'joe', context: { traits: { email: 'joe@example.com' } } };
    await world.post(group('acme', { industry: 'Rockets' }, { ...joe, ...at(57) }));
    await world.run(240);
    expect(companyOf('acme')?.fields).toEqual({ Industry: 'Anvils' });
    expect(world.stepsOf('superseded').flatMap(({ fields }) => fields)).toContain(
      'company:industry',
    );
  });

  it('waits with its person for an e-mail; the company does not', async () => {
    await begin();
    await world.post(group('acme', { name: 'Acme' }, { context: {}, userId: 'u-1' }));
    await world.run(120);
    expect(companyOf('acme')?.fields).toEqual({ Company: 'Acme' });
    expect(world.simulator.leads()).toEqual([]);
    await world.post(identify(jane, {}, { userId: 'u-1' }));
    await world.run(240);
    expect(linkOf()).toBe('acme');
  });

  it('keeps the link waiting while the company cannot be made, and costs the person no field', async () => {
    await begin();
    for (let n = 0; n < 3; n += 1) world.inject({ target: 'companies', status: 503 });
    await world.post(group('acme', { name: 'Acme' }), identify(jane, { plan: 'pro' }));
    await world.run(1_800);
    expect(leadOf(world, jane)?.fields).toMatchObject({ Plan: 'pro', externalCompanyId: 'acme' });
    expect(deadLetters()).toEqual([]);
  });

  it('has a dead letter for the one value that Marketo refuses', async () => {
    await begin({
      mapping: {
        rules: [
          {
            when: { type: 'group' },
            to: 'company',
            values: { company: 'traits.name', numberOfEmployees: 'traits.size' },
          },
        ],
      },
    });
    await world.post(group('acme', { name: 'Acme', size: 'many' }));
    await world.run(240);
    expect(companyOf('acme')?.fields).toEqual({ Company: 'Acme' });
    expect(linkOf()).toBe('acme');
    expect(deadLetters()).toEqual(['Marketo cannot take a value (1003)']);
  });

  it('says what to do where a CRM writes the companies', async () => {
    await begin({ schema: { company: { readOnly: true } } });
    await world.post(group('acme', { name: 'Acme' }));
    await world.run(240);
    expect(deadLetters()[0]).toMatch(/read-only in this Marketo.*\(1018\): remove the rules/);
    await world.post(group('acme', { name: 'Acme' }));
    await world.run(240);
    expect(callsTo('companies')).toHaveLength(1);
  });

  it('of a browser key writes no company, unless the rule says so', async () => {
    await begin({ senderKind: 'browser' });
    await world.post(group('acme', { name: 'Acme' }));
    await world.run(240);
    expect(companyOf('acme')).toBeUndefined();
    expect(world.stepsOf('dropped')).toMatchObject([
      { because: expect.stringContaining('only a server key may write companies') as string },
    ]);
    await world.close();
    await begin({
      senderKind: 'browser',
      mapping: { rules: [{ when: { type: 'group' }, to: 'company', browsers: true }] },
    });
    await world.post(group('acme', { name: 'Acme' }));
    await world.run(240);
    expect(linkOf()).toBe('acme');
  });

  it('without a rule goes nowhere, and says so', async () => {
    await begin({ mapping: {} });
    await world.post(group('acme', { name: 'Acme' }));
    await world.run(120);
    expect(world.simulator.calls()).toEqual([]);
    expect(world.stepsOf('dropped')).toMatchObject([
      { because: 'no rule of the mapping is for group calls' },
    ]);
  });

  it('serves 300 companies and leads with one call', async () => {
    await begin();
    const people = Array.from({ length: 60 }, (_, n) => `p${n}@example.com`);
    await world.post(
      ...people.map((email, n) =>
        group(
          `c-${n % 30}`,
          { name: `Company ${n % 30}` },
          {
            userId: `p${n}`,
            context: { traits: { email } },
          },
        ),
      ),
    );
    await world.run(400);
    expect(world.simulator.state.companies()).toHaveLength(30);
    expect(people.map(linkOf)).toEqual(people.map((_, n) => `c-${n % 30}`));
    expect(callsTo('companies').length).toBeLessThanOrEqual(3);
    expect(callsTo('leads').length).toBeLessThanOrEqual(8);
    expect(deadLetters()).toEqual([]);
  });
});
