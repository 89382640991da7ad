import { afterEach, describe, expect, it } from 'vitest';
import { identify, leadOf, syncsOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const key = 'big_spenders';

let world: World;
const worldWith = async (options: Parameters<typeof createWorld>[0] = {}): Promise<void> => {
  world = await createWorld({ api: 'rest', fieldMap: { userId: false }, ...options });
};
afterEach(async () => {
  expect(world.simulator.lockFaults).toBe(0);
  await world.close();
});

const personas = (list: string | number = '1001') => ({
  computation_class: 'audience',
  computation_key: key,
  external_audience_id: list,
});

/** As Segment Engage sends them (segmentio/action-destinations, Marketo Static Lists). */
const entered = (isMember: boolean, more: { email?: string; list?: string | number } = {}) => ({
  type: 'track',
  event: isMember ? 'Audience Entered' : 'Audience Exited',
  userId: more.email ?? 'jane',
  properties: { audience_key: key, [key]: isMember },
  context: { traits: { email: more.email ?? jane }, personas: personas(more.list) },
});
const identified = (isMember: unknown, more: object = {}) => ({
  type: 'identify',
  userId: 'jane',
  traits: { email: jane, [key]: isMember },
  context: { personas: personas() },
  ...more,
});

const membersOf = (list = 1001) =>
  world.simulator.state.members(list).map((id) => world.simulator.find('id', String(id))?.email);
const requests = () => world.simulator.calls().filter(({ operation }) => /List$/.test(operation));
const dropped = () => world.stepsOf('dropped').filter(({ fields }) => fields?.includes(key));
const deadLetters = () => [...world.twin.dead.values()];
const knowJane = async (): Promise<void> => {
  await world.post(identify(jane, { plan: 'pro' }, { userId: 'jane' }));
  await world.run(60);
};

describe('an audience event', () => {
  it('adds a lead that Marketo has to the list, with one request and no record', async () => {
    await worldWith();
    await knowJane();
    const before = syncsOf(world).length;
    await world.post(entered(true));
    await world.run(5);
    expect(membersOf()).toEqual([jane]);
    expect(requests()).toHaveLength(1);
    expect(syncsOf(world)).toHaveLength(before);
  });

  it('as an identify makes the lead first, and its true is no field and no report', async () => {
    await worldWith();
    await world.post(identified(true));
    await world.run(60);
    expect(membersOf()).toEqual([jane]);
    expect(leadOf(world, jane)).toBeDefined();
    expect(world.stepsOf('refused')).toEqual([]);
    expect(world.counted.get('UnknownFields')).toBeUndefined();
  });

  it('as a track with the e-mail among its properties makes the lead, too', async () => {
    await worldWith();
    const { context, properties, ...track } = entered(true);
    await world.post({
      ...track,
      properties: { ...properties, email: jane },
      context: { personas: context.personas },
    });
    await world.run(60);
    expect(membersOf()).toEqual([jane]);
  });

  it('is no visit, and says in the log which list it was about', async () => {
    await worldWith();
    await knowJane();
    const from = world.lines.length;
    await world.post({ ...entered(true), messageId: 'message-7' });
    await world.run(60);
    expect(world.simulator.visits()).toEqual([]);
    const lines = world.lines.slice(from);
    expect(lines).toContainEqual(
      expect.objectContaining({ step: 'absorbed', messageId: 'message-7', fields: ['list:1001'] }),
    );
    expect(lines.at(-1)).toMatchObject({ step: 'synced', fields: ['list:1001'] });
    expect(JSON.stringify(lines)).not.toContain('jane@');
  });

  it('removes a lead again, and what Marketo has already costs nothing', async () => {
    await worldWith();
    await knowJane();
    await world.post(entered(true));
    await world.run(60);
    await world.post(entered(true));
    await world.run(60);
    expect(requests()).toHaveLength(1);
    await world.post(entered(false));
    await world.run(60);
    expect(membersOf()).toEqual([]);
    expect(requests()).toHaveLength(2);
    // Not in the list any more: that is what was wanted.
    await world.post(entered(false, { list: '1002' }));
    await world.run(60);
    expect(deadLetters()).toEqual([]);
    expect(world.stepsOf('waiting')).toEqual([]);
  });

  it('that comes late does not undo a later one', async () => {
    await worldWith();
    await knowJane();
    await world.post({ ...entered(false), timestamp: '2026-11-23T11:58:00Z' });
    await world.post({ ...entered(true), timestamp: '2026-11-23T11:57:00Z' });
    await world.run(60);
    expect(membersOf()).toEqual([]);
    expect(requests().map(({ operation }) => operation)).toEqual(['removeFromList']);
  });

  it('of somebody without a known e-mail is held, and goes once an e-mail turns up', async () => {
    await worldWith();
    await world.post({
      type: 'track',
      event: 'Audience Entered',
      anonymousId: 'phone',
      properties: { [key]: true },
      context: { personas: personas() },
    });
    await world.run(60);
    expect(world.stepsOf('held')).toMatchObject([{ fields: ['list:1001'] }]);
    await world.post(identify(jane, { plan: 'pro' }, { anonymousId: 'phone' }));
    await world.run(60);
    expect(membersOf()).toEqual([jane]);
  });

  it('whose list Marketo does not have is a dead letter with that reason, and costs one request a day', async () => {
    await worldWith();
    await knowJane();
    await world.post(entered(true, { list: 4711 }));
    await world.run(60);
    expect(deadLetters()).toMatchObject([
      {
        because: 'Marketo has no static list of this id (1013)',
        fields: [{ name: 'list:4711', value: true }],
      },
    ]);
    await world.post(entered(true, { list: 4711 }));
    await world.run(60);
    expect(requests()).toHaveLength(1);
    expect(world.stepsOf('refused').at(-1)).toMatchObject({ fields: ['list:4711'] });
  });

  it.each([
    ['names no list by its id', personas('gold'), true, /not the id of a static list/],
    ['says neither true nor false', personas(), 'yes', /true or false/],
  ])('that %s says so', async (_, named, isMember, reason) => {
    await worldWith();
    await world.post(identified(isMember, { context: { personas: named } }));
    await world.run(60);
    expect(dropped()).toMatchObject([{ fields: [key] }]);
    expect(dropped()[0]?.because).toMatch(reason);
    expect(requests()).toEqual([]);
  });

  it('without an id of a list is a trait like any other', async () => {
    await worldWith();
    world.addField({ name: key, dataType: 'boolean' });
    const named = { computation_class: 'audience', computation_key: key };
    await world.post(identified(true, { context: { personas: named } }));
    await world.run(60);
    expect(leadOf(world, jane)?.fields[key]).toBe('true');
  });
});

describe('a lead that Marketo has deleted', () => {
  it('is made anew before it enters a list', async () => {
    await worldWith();
    await knowJane();
    world.simulator.deleteLead(leadOf(world, jane)?.id ?? 0);
    await world.post(entered(true));
    await world.run(300);
    expect(membersOf()).toEqual([jane]);
    expect(deadLetters()).toEqual([]);
  });
});

describe('trouble with a list', () => {
  it('keeps no field waiting', async () => {
    await worldWith();
    await knowJane();
    world.inject({ target: 'addToList', code: '603', count: 3 });
    await world.post(entered(true));
    await world.run(40);
    await world.post(identify(jane, { plan: 'basic' }, { userId: 'jane' }));
    await world.run(60);
    expect(leadOf(world, jane)?.fields.Plan).toBe('basic');
    expect(membersOf()).toEqual([]);
    expect(world.stepsOf('waiting')[0]).toMatchObject({
      fields: ['list:1001'],
      because: expect.stringContaining('(603)') as string,
    });
    await world.run(600);
    expect(membersOf()).toEqual([jane]);
  });

  it('of one record leaves the others alone', async () => {
    await worldWith();
    const emails = [jane, 'joe@example.com', 'ann@example.com'];
    for (const email of emails) await world.post(identify(email, {}, { userId: email }));
    await world.run(60);
    world.inject({
      target: 'addToList',
      code: '1003',
      level: 'record',
      email: jane,
      message: 'no',
    });
    for (const email of emails) await world.post(entered(true, { email }));
    await world.run(60);
    expect(membersOf().sort()).toEqual(['ann@example.com', 'joe@example.com']);
    expect(deadLetters()).toMatchObject([{ because: expect.stringContaining('(1003)') as string }]);
  });

  it('that breaks the connection after the effect changes nothing in the end', async () => {
    await worldWith();
    await knowJane();
    world.inject({ target: 'addToList', drop: true, after: true });
    await world.post(entered(true));
    await world.run(900);
    expect(membersOf()).toEqual([jane]);
    await world.post(entered(false));
    await world.run(900);
    expect(membersOf()).toEqual([]);
  });
});

describe('many leads', () => {
  it('enter a list 300 at a time, and leads that wait for lists go in few requests', async () => {
    await worldWith();
    const emails = Array.from({ length: 40 }, (_, n) => `lead-${n}@example.com`);
    for (const email of emails) await world.post(identify(email, {}, { userId: email }));
    await world.run(120);
    for (const [n, email] of emails.entries())
      await world.post(entered(true, { email, list: 1001 + (n % 2) }));
    await world.run(120);
    expect(membersOf(1001)).toHaveLength(20);
    expect(membersOf(1002)).toHaveLength(20);
    expect(requests().length).toBeLessThanOrEqual(6);
  });

  it('that Marketo does not have are made first, whatever lists they enter', async () => {
    await worldWith();
    const emails = Array.from({ length: 12 }, (_, n) => `lead-${n}@example.com`);
    await world.post(...emails.map((email, n) => entered(true, { email, list: 1001 + (n % 4) })));
    await world.run(240);
    expect([1001, 1002, 1003, 1004].map((list) => membersOf(list).length)).toEqual([3, 3, 3, 3]);
    expect(syncsOf(world).length).toBeLessThanOrEqual(3);
  });

  it('take along several lists at once where they share them', async () => {
    await worldWith();
    await knowJane();
    for (const list of [1001, 1002, 1003]) await world.post(entered(true, { list }));
    await world.run(20);
    expect([1001, 1002, 1003].map((list) => membersOf(list))).toEqual([[jane], [jane], [jane]]);
  });
});

describe('over SOAP', () => {
  it('an audience event says that lists need REST, and the rest of it goes on', async () => {
    await worldWith({ api: 'soap' });
    await world.post(identified(true));
    await world.run(60);
    expect(leadOf(world, jane)).toBeDefined();
    expect(dropped()).toMatchObject([
      { fields: [key], because: expect.stringContaining('over REST only') as string },
    ]);
  });
});

describe('the setting audiences', () => {
  it('none leaves the true of an audience a trait like any other', async () => {
    await worldWith({ audiences: 'none' });
    world.addField({ name: key, dataType: 'boolean' });
    await world.post(identified(true));
    await world.run(60);
    expect(leadOf(world, jane)?.fields[key]).toBe('true');
    expect(requests()).toEqual([]);
  });

  it('servers takes no browser key’s word', async () => {
    await worldWith({ audiences: 'servers' });
    await world.post(identified(true));
    await world.run(60);
    expect(requests()).toEqual([]);
    expect(dropped()).toMatchObject([
      { fields: [key], because: expect.stringContaining('only a server key') as string },
    ]);
  });
});

describe('a deletion of the user', () => {
  it('takes memberships along that wait, dead letters included', async () => {
    await worldWith();
    await knowJane();
    await world.post(entered(true, { list: 4711 }));
    await world.run(60);
    expect(deadLetters()).toHaveLength(1);
    world.inject({ target: 'addToList', code: '603', count: 100 });
    await world.post(entered(true));
    await world.run(40);
    await world.post({ type: 'delete', userId: 'jane' });
    await world.run(900);
    expect(membersOf()).toEqual([]);
    expect(deadLetters()).toEqual([]);
    expect(JSON.stringify([...world.twin.rows.values()])).not.toContain('list:');
  });
});
