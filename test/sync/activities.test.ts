import { afterEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../lambdas/settings.ts';
import { identify, leadOf, syncsOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const activities: Settings['activities'] = {
  'Order Completed': {
    typeId: 100_001,
    primary: 'order.id',
    attributes: { total: 'revenue', currency: { text: 'CHF' }, items: 'count' },
  },
};

let world: World;
const worldWith = async (options: Parameters<typeof createWorld>[0] = {}): Promise<void> => {
  world = await createWorld({ api: 'rest', activities, fieldMap: { userId: false }, ...options });
};
afterEach(async () => {
  expect(world.simulator.lockFaults).toBe(0);
  await world.close();
});

const order = (id: string, more: object = {}) => ({
  type: 'track',
  event: 'Order Completed',
  userId: 'jane',
  messageId: `message-${id}`,
  properties: { order: { id }, revenue: 19.9, coupon: null },
  ...more,
});
const requests = () =>
  world.simulator.calls().filter(({ operation }) => operation === 'activities');
const orders = (email = jane) =>
  world.simulator.activities(email).map(({ primaryAttributeValue }) => primaryAttributeValue);
const knowJane = async (): Promise<void> => {
  await world.post(identify(jane));
  await world.run(60);
};
/** Whole events that go nowhere; traits that do not are another matter. */
const dropped = () => world.stepsOf('dropped').filter(({ fields }) => fields === undefined);
const deadLetters = () => [...world.twin.dead.values()];

describe('a track that is mapped to a custom activity', () => {
  it('of a known lead becomes one, with its attributes and its time, and is no visit', async () => {
    await worldWith();
    await knowJane();
    const before = syncsOf(world).length;
    await world.post(order('7', { timestamp: '2026-11-23T11:59:00.500Z' }));
    await world.run(5);
    expect(world.simulator.activities(jane)).toMatchObject([
      {
        typeId: 100_001,
        date: '2026-11-23T11:59:00Z',
        primaryAttributeValue: '7',
        attributes: { total: '19.9', currency: 'CHF' },
      },
    ]);
    expect(world.simulator.visits()).toEqual([]);
    // Marketo has the lead and its fields already: one request, and no record.
    expect(requests()).toHaveLength(1);
    expect(syncsOf(world)).toHaveLength(before);
  });

  it('is written down when it is absorbed and when it was added, by its message', async () => {
    await worldWith();
    await knowJane();
    const from = world.lines.length;
    await world.post(order('7'));
    await world.run(5);
    const lines = world.lines.slice(from);
    const [absorbed] = lines.filter(({ step }) => step === 'absorbed');
    expect(absorbed).toMatchObject({ messageId: 'message-7' });
    expect(lines.at(-1)).toMatchObject({ step: 'synced', messages: absorbed?.messages });
    expect(JSON.stringify(lines)).not.toMatch(/19\.9|CHF|jane@/);
  });

  it('of an unknown visitor waits until an e-mail turns up, and goes right after the lead is made', async () => {
    await worldWith();
    await world.post(order('7', { userId: undefined, anonymousId: 'phone' }));
    await world.run(600);
    expect(world.simulator.activities()).toEqual([]);
    expect(world.stepsOf('held')).toMatchObject([
      { messageId: 'message-7', because: 'no e-mail is known for this person' },
    ]);
    await world.post(identify(jane, { plan: 'pro' }, { anonymousId: 'phone' }));
    await world.run(5);
    expect(orders()).toEqual(['7']);
    expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    expect(requests()).toHaveLength(1);
  });

  it('of a userId that is an e-mail makes its lead', async () => {
    await worldWith();
    await world.post(order('7', { userId: jane }));
    await world.run(5);
    expect(orders()).toEqual(['7']);
  });

  it('makes no lead of an e-mail among its properties, and waits for its person', async () => {
    await worldWith();
    const properties = { order: { id: '7' }, email: jane };
    await world.post(order('7', { userId: 'joe', properties }));
    await world.run(60);
    expect(world.simulator.leads()).toEqual([]);
    await world.post(identify('joe@example.com'));
    await world.run(60);
    expect(orders('joe@example.com')).toEqual(['7']);
  });

  it('becomes a dead letter when its hold ends, and the log names its message', async () => {
    await worldWith({ holdDays: 1 });
    await world.post(order('7', { userId: 'nobody' }));
    await world.run(25 * 3_600);
    expect(deadLetters()).toMatchObject([
      {
        because: 'no e-mail is known for this person',
        fields: [],
        activities: [{ primary: '7' }],
      },
    ]);
    const [held] = world.stepsOf('held');
    expect(world.stepsOf('dead')).toMatchObject([{ messages: held?.messages }]);
  });

  it('goes with a visit besides where the settings say so', async () => {
    const mapping = activities['Order Completed'];
    if (!mapping) throw new Error('not mapped');
    await worldWith({ activities: { 'Order Completed': { ...mapping, visit: true } } });
    await knowJane();
    await world.post(order('7'));
    await world.run(5);
    expect(orders()).toEqual(['7']);
    expect(world.simulator.visits()).toMatchObject([{ path: '/event/Order-Completed' }]);
  });

  it('without its primary property is dropped, with the reason', async () => {
    await worldWith();
    await knowJane();
    await world.post(order('7', { properties: { order: { id: ' ' } } }));
    await world.run(5);
    expect(requests()).toEqual([]);
    expect(world.simulator.visits()).toEqual([]);
    expect(dropped()).toMatchObject([
      {
        messageId: 'message-7',
        because: 'the property for the activity’s primary attribute is missing or empty',
      },
    ]);
  });
});

describe('many tracks of one lead', () => {
  it('cost few requests, and all arrive', async () => {
    await worldWith();
    await knowJane();
    const ids = Array.from({ length: 1_000 }, (_, index) => String(index));
    for (let from = 0; from < ids.length; from += 250)
      await world.post(...ids.slice(from, from + 250).map((id) => order(id)));
    // As the events queue hands them over: all are absorbed before the first call ends.
    while ((await world.absorbTurn()) > 0);
    await world.run(300);
    expect(orders().toSorted()).toEqual(ids.toSorted());
    expect(requests()).toHaveLength(4);
    expect(deadLetters()).toEqual([]);
  });

  it('beyond the bounds of what waits become dead letters with the reason; the others arrive', async () => {
    await worldWith();
    const ids = Array.from({ length: 1_001 }, (_, index) => String(index));
    for (let from = 0; from < ids.length; from += 250)
      await world.post(...ids.slice(from, from + 250).map((id) => order(id)));
    while ((await world.absorbTurn()) > 0);
    const because = 'the lead has more waiting than its mailbox may hold';
    const [dead, ...others] = deadLetters();
    expect([dead, others]).toMatchObject([{ because, activities: [{}] }, []]);
    // A crowded lead has no order among its groups, so any of them may be the one too many.
    const [lost] = dead && 'activities' in dead ? (dead.activities ?? []) : [];
    const primary = String(lost?.primary);
    expect(world.stepsOf('dead')).toMatchObject([{ messageId: `message-${primary}`, because }]);
    await world.post(identify(jane));
    await world.run(300);
    expect(new Set([...orders(), primary])).toEqual(new Set(ids));
    expect(orders()).toHaveLength(1_000);
  });

  it('go in the order of their time', async () => {
    await worldWith();
    await knowJane();
    await world.post(order('2', { timestamp: '2026-11-23T11:30:00Z' }));
    await world.post(order('1', { timestamp: '2026-11-23T11:00:00Z' }));
    await world.run(60);
    expect(orders()).toEqual(['1', '2']);
  });
});

describe('a track that comes again', () => {
  it('while its activity waits is one activity', async () => {
    await worldWith();
    await world.post(identify(jane));
    await world.post(order('7'));
    await world.absorbTurn();
    world.pass(400);
    await world.post(order('7'));
    await world.run(60);
    expect(orders()).toEqual(['7']);
  });

  it('after its activity was added is one activity, and the log says so', async () => {
    await worldWith();
    await knowJane();
    await world.post(order('7'));
    await world.run(600);
    await world.post(order('7'));
    await world.run(600);
    expect(orders()).toEqual(['7']);
    expect(world.stepsOf('unchanged')).toMatchObject([
      { messageId: 'message-7', because: 'the activity of this message is done already' },
    ]);
  });
});

describe('a refused activity', () => {
  it('becomes a dead letter with the reason and costs the lead’s fields nothing', async () => {
    await worldWith();
    await knowJane();
    await world.post(
      order('bad', { properties: { order: { id: 'bad' }, count: 'many' } }),
      order('good'),
      identify(jane, { plan: 'pro' }),
    );
    await world.run(60);
    expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    expect(orders()).toEqual(['good']);
    expect(deadLetters()).toMatchObject([
      {
        because: 'Marketo cannot take a value (1003): items',
        fields: [],
        activities: [{ primary: 'bad' }],
      },
    ]);
    expect(world.stepsOf('dead')).toMatchObject([
      { because: 'Marketo cannot take a value (1003): items' },
    ]);
    // It does not come back by itself, nor when its message does.
    const made = requests().length;
    await world.post(order('bad', { properties: { order: { id: 'bad' }, count: 'many' } }));
    await world.run(3_600);
    expect(requests()).toHaveLength(made);
    expect(deadLetters()).toHaveLength(1);
  });

  it('of a lead that Marketo has lost finds the lead anew by its e-mail', async () => {
    await worldWith();
    await knowJane();
    world.inject({ target: 'activities', code: '1004', level: 'record' });
    const before = syncsOf(world).length;
    await world.post(order('7'));
    await world.run(120);
    expect(syncsOf(world)).toHaveLength(before + 1);
    expect(orders()).toEqual(['7']);
  });

  it('of a request that is refused as a whole is found by halving; the others arrive', async () => {
    await worldWith();
    await knowJane();
    world.inject({ target: 'activities', code: '609', count: 2 });
    await world.post(...Array.from({ length: 8 }, (_, index) => order(String(index))));
    await world.run(1_200);
    expect(requests().map(({ leads }) => leads.length)).toEqual([8, 4, 2, 6]);
    expect(orders()).toHaveLength(8);
    expect(deadLetters()).toEqual([]);
  });
});

describe('while activities cannot be added', () => {
  it('for want of the permission, they wait, and fields go out', async () => {
    await worldWith();
    await knowJane();
    world.inject({ target: 'activities', code: '603', count: 1_000 });
    await world.post(order('7'));
    await world.run(3_600);
    // Full jitter up to 15 minutes: a few tries an hour, not one every lock.
    expect(requests().length).toBeLessThanOrEqual(15);
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(5);
    expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    expect(world.stepsOf('waiting').at(-1)?.because).toMatch(/Read-Write Activity/);
    world.simulator.clearFaults();
    await world.run(1_200);
    expect(orders()).toEqual(['7']);
    expect(deadLetters()).toEqual([]);
  });

  it('because Marketo is throttled, the lead stays synced and they go later', async () => {
    await worldWith();
    world.inject({ target: 'activities', code: '606', count: 3 });
    await world.post(identify(jane, { plan: 'pro' }), order('7'));
    await world.run(3);
    expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    expect(world.stepsOf('synced')).not.toEqual([]);
    await world.run(1_800);
    expect(orders()).toEqual(['7']);
    expect(syncsOf(world, jane)).toHaveLength(1);
  });

  it('because the day’s calls are used up, they wait for the next day', async () => {
    await worldWith({ dailyCalls: 10 });
    world.inject({ target: 'rest', code: '607', count: 1_000 });
    await world.post(identify(jane), order('7'));
    await world.run(3_600);
    world.simulator.clearFaults();
    await world.run(8 * 3_600);
    expect(orders()).toEqual([]);
    await world.run(24 * 3_600);
    expect(orders()).toEqual(['7']);
    expect(deadLetters()).toEqual([]);
  });

  it('and the answer is lost, they are sent again: at least once', async () => {
    await worldWith();
    await knowJane();
    world.inject({ target: 'activities', drop: true, after: true });
    await world.post(order('7'));
    await world.run(1_200);
    expect(orders()).toEqual(['7', '7']);
    expect(requests()).toHaveLength(2);
  });
});

describe('the setting events', () => {
  const searched = (more: object = {}) => ({
    type: 'track',
    event: 'Searched',
    userId: 'jane',
    ...more,
  });
  const visited = () => world.simulator.visits().map(({ path }) => path);

  it('all sends tracks that are not mapped as visits', async () => {
    await worldWith();
    await knowJane();
    await world.post(searched(), order('7'));
    await world.run(60);
    expect(visited()).toEqual(['/event/Searched']);
    expect(orders()).toEqual(['7']);
  });

  it('mapped sends those that a rule is for, and drops the others with the reason', async () => {
    await worldWith({ events: 'mapped' });
    await knowJane();
    await world.post(searched(), order('7'), {
      type: 'page',
      userId: 'jane',
      properties: { url: 'https://e.org/a' },
    });
    await world.run(60);
    expect(visited()).toEqual(['/a']);
    expect(orders()).toEqual(['7']);
    expect(dropped()).toMatchObject([
      { because: 'no rule of the mapping is for this event (events: mapped)' },
    ]);
  });

  it('none sends no track at all, but its keys still find their lead', async () => {
    await worldWith({ events: 'none' });
    await knowJane();
    await world.post(searched({ anonymousId: 'phone' }), order('7'));
    await world.run(60);
    expect([visited(), orders()]).toEqual([[], []]);
    expect(dropped()).toHaveLength(2);
    await world.post({ type: 'identify', anonymousId: 'phone', traits: { plan: 'pro' } });
    await world.run(60);
    expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
  });
});

describe('an activity that was mapped before the API was changed to SOAP', () => {
  it('becomes a dead letter with the reason', async () => {
    await worldWith({ api: 'soap' });
    await world.post(identify(jane), order('7'));
    await world.run(120);
    expect(deadLetters()).toMatchObject([
      { because: 'the lead API in use takes no custom activities', activities: [{}] },
    ]);
    expect(leadOf(world, jane)).toBeDefined();
  });
});
