import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '../../lambdas/marketo/mapping/mappingSchema.ts';
import { identify } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const rules: readonly Rule[] = [
  {
    when: { event: 'Webinar' },
    to: 'program',
    program: 1044,
    status: 'properties.status',
    values: { registrationCode: 'properties.code', seats: 'properties.seats' },
  },
];

let world: World;
const begin = async (more: Partial<Parameters<typeof createWorld>[0]> = {}): Promise<void> => {
  world = await createWorld({
    api: 'rest',
    fieldMap: { userId: false },
    mapping: { rules },
    ...more,
  });
};
afterEach(async () => {
  expect(world.simulator.lockFaults).toBe(0);
  await world.close();
});

const webinar = (properties: object, more: object = {}) => ({
  type: 'track',
  event: 'Webinar',
  userId: 'jane',
  context: { traits: { email: jane } },
  properties,
  ...more,
});
const memberOf = (email = jane) =>
  world.simulator.state.programMember(1044, world.simulator.find('email', email)?.id ?? 0);
const requests = () =>
  world.simulator
    .calls()
    .filter(({ operation }) => operation.startsWith('program'))
    .map(({ operation }) => operation);
const deadLetters = () => [...world.twin.dead.values()].map(({ because }) => because);
const knowJane = async (): Promise<void> => {
  await world.post(identify(jane, { plan: 'pro' }));
  await world.run(60);
};

describe('a rule for a program', () => {
  it('gives a lead its status and fields, which go after it in the same call', async () => {
    await begin();
    await knowJane();
    await world.post(webinar({ status: 'Registered', code: 'c-7', seats: 2 }));
    await world.run(5);
    expect(memberOf()).toMatchObject({
      status: 'Registered',
      fields: { registrationCode: 'c-7', seats: '2' },
    });
    expect(requests()).toEqual(['programStatus', 'programMembers']);
    expect(world.simulator.visits()).toEqual([]);
    expect(world.lines.at(-1)).toMatchObject({
      step: 'synced',
      fields: ['program:1044', 'member:1044/registrationCode', 'member:1044/seats'],
    });
  });

  it('makes a lead first that Marketo does not have', async () => {
    await begin();
    await world.post(webinar({ status: 'Invited' }));
    await world.run(120);
    expect(memberOf()).toMatchObject({ status: 'Invited' });
  });

  it('ends where the lead is past the status, and says so; to say it again costs nothing', async () => {
    await begin();
    await knowJane();
    await world.post(webinar({ status: 'Attended' }));
    await world.run(60);
    await world.post(webinar({ status: 'Invited' }));
    await world.run(60);
    expect(memberOf()).toMatchObject({ status: 'Attended' });
    expect(world.stepsOf('unchanged').at(-1)).toMatchObject({
      fields: ['program:1044'],
      because: 'the lead is in this status of the program, or past it',
    });
    const before = requests().length;
    await world.run(3 * 86_400);
    await world.post(webinar({ status: 'Invited' }));
    await world.run(60);
    expect(requests()).toHaveLength(before);
    expect(deadLetters()).toEqual([]);
  });

  it('does not let a pending older status overtake a newer one', async () => {
    await begin();
    await knowJane();
    for (let n = 0; n < 3; n += 1) world.inject({ target: 'programStatus', status: 503 });
    await world.post(webinar({ status: 'Attended' }, { timestamp: '2026-11-23T11:59:00Z' }));
    await world.run(5);
    await world.post(webinar({ status: 'Invited' }, { timestamp: '2026-11-23T11:58:00Z' }));
    await world.run(3_600);
    expect(memberOf()).toMatchObject({ status: 'Attended' });
    expect(world.stepsOf('unchanged')).toEqual([]);
    expect(deadLetters()).toEqual([]);
  });

  it('has a dead letter for a status, a program or a field that there is not, and only for that', async () => {
    await begin({
      mapping: {
        rules: [
          ...rules,
          { when: { event: 'Other' }, to: 'program', program: 7, status: { constant: 'Won' } },
          {
            when: { event: 'Pants' },
            to: 'program',
            program: 1044,
            values: { pants: 'event', seats: { constant: 3 } },
          },
        ],
      },
    });
    await knowJane();
    await world.post(webinar({ status: 'Won' }));
    await world.run(60);
    await world.post({ ...webinar({}), event: 'Other' });
    await world.run(60);
    await world.post(webinar({ status: 'Registered' }));
    await world.run(60);
    await world.post({ ...webinar({}), event: 'Pants' });
    await world.run(120);
    expect(deadLetters()).toEqual([
      'the program has no status of this name (1025)',
      'Marketo has no program of this id (1013)',
      'Marketo has no such field (1006)',
    ]);
    expect(memberOf()).toMatchObject({ status: 'Registered', fields: { seats: '3' } });
  });

  it('says what to do where fields are for a lead that is no member', async () => {
    await begin();
    await knowJane();
    await world.post(webinar({ code: 'c-7' }));
    await world.run(60);
    expect(deadLetters()).toEqual([
      'the lead is no member of the program: a status makes it one (1013)',
    ]);
  });

  it('serves up to 300 leads with one call for each status and one for their fields', async () => {
    await begin();
    const people = Array.from({ length: 40 }, (_, n) => `p${n}@example.com`);
    await world.post(...people.map((email) => identify(email)));
    await world.run(120);
    await world.post(
      ...people.map((email, n) =>
        webinar(
          { status: n % 4 === 0 ? 'Invited' : 'Registered', seats: n },
          { userId: email.split('@')[0], context: { traits: { email } } },
        ),
      ),
    );
    await world.run(240);
    expect(people.map((email) => memberOf(email)?.fields.seats)).toEqual(
      people.map((_, n) => String(n)),
    );
    // Not 80: the first change does not wait for others, the rest gathers.
    expect(requests().length).toBeLessThanOrEqual(8);
  });
});
