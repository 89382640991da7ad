import { afterEach, describe, expect, it } from 'vitest';
import { identify, leadOf, syncsOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const ann = 'ann@example.com';
const day = 24 * 3_600;
let world: World;
const open = async (options: Parameters<typeof createWorld>[0] = {}): Promise<World> => {
  world = await createWorld({ api: 'rest', fieldMap: { userId: false }, ...options });
  return world;
};
afterEach(async () => {
  expect(world.simulator.lockFaults).toBe(0);
  await world.close();
});
const requests = () =>
  world.simulator
    .calls()
    .map(({ operation }) => operation)
    .filter((operation) => operation !== 'describe');

/** Two leads with one e-mail; the second one was made and changed last. */
const twice = (): readonly [number, number] => {
  const { id } = world.simulator.createLead({ email: ann });
  world.pass(60);
  const second = world.simulator.duplicateLead(id).id;
  world.pass(60);
  return [id, second];
};
const lead = (id: number) => world.simulator.leads().find((one) => one.id === id);

describe('a person that Marketo has twice', () => {
  it('is synced as the lead changed last, and costs one request from then on', async () => {
    await open();
    const [first, second] = twice();
    await world.post(identify(ann, { firstName: 'Ann' }));
    await world.run(60);
    expect(requests()).toEqual(['leads', 'getLeads', 'leads']);
    world.simulator.changeLead(first, { fields: { City: 'Oslo' } });
    await world.post(identify(ann, { lastName: 'Doe' }));
    await world.run(60);
    expect(requests()).toEqual(['leads', 'getLeads', 'leads', 'leads']);
    expect(lead(second)?.fields).toMatchObject({ FirstName: 'Ann', LastName: 'Doe' });
    expect(lead(first)?.fields).not.toHaveProperty('FirstName');
    expect(world.stepsOf('dead')).toEqual([]);
  });

  it('is found anew, whole, once the remembered lead is gone', async () => {
    await open();
    const [first, second] = twice();
    await world.post(identify(ann, { firstName: 'Ann' }));
    await world.run(60);
    world.simulator.deleteLead(second);
    await world.post(identify(ann, { firstName: 'Ann', lastName: 'Doe' }));
    await world.run(120);
    await world.post(identify(ann, { firstName: 'Ann', lastName: 'Doe' }));
    await world.run(60);
    expect(lead(first)?.fields).toMatchObject({ FirstName: 'Ann', LastName: 'Doe' });
    // By id, then by e-mail, which finds one lead again.
    expect(requests().filter((one) => one === 'getLeads')).toHaveLength(1);
  });

  it('goes whole to the duplicate that takes over from a lead that we knew', async () => {
    await open();
    await world.post(identify(ann, { firstName: 'Ann', plan: 'pro' }));
    await world.run(60);
    const first = leadOf(world, ann)?.id ?? 0;
    const second = world.simulator.createLead({ email: ann }).id;
    world.pass(60);
    world.simulator.changeLead(second, { fields: { City: 'Rome' } });
    await world.post(identify(ann, { lastName: 'Doe' }));
    await world.run(60);
    await world.post(identify(ann, { firstName: 'Ann', plan: 'pro', lastName: 'Doe' }));
    await world.run(60);
    expect(first).not.toBe(second);
    expect(lead(second)?.fields).toMatchObject({ FirstName: 'Ann', Plan: 'pro', LastName: 'Doe' });
    expect(world.counted.get('LeadsReplaced')).toBe(1);
  });

  it('with duplicates: refuse is one dead letter a day at first, not one an identify', async () => {
    await open({ rules: { duplicates: 'refuse' } });
    twice();
    const dead = () => world.stepsOf('dead').length;
    const again = async (seconds: number): Promise<void> => {
      await world.post(identify(ann, { firstName: 'Ann' }));
      await world.run(60);
      world.pass(seconds);
    };
    for (let times = 0; times < 5; times += 1) await again(3_600);
    expect([dead(), syncsOf(world, ann).length, requests()]).toEqual([1, 0, ['leads']]);
    world.pass(day);
    await again(day);
    await again(0);
    expect([dead(), requests()]).toEqual([2, ['leads', 'leads']]);
  });
});

describe('with marketo.leads: updateOnly', () => {
  it('a person that Marketo lacks ends with the reason, and is no dead letter', async () => {
    await open({ rules: { leads: 'updateOnly' } });
    await world.post(identify(ann, { firstName: 'Ann' }));
    await world.run(3_600);
    expect(requests()).toEqual(['leads']);
    expect(world.stepsOf('dead')).toEqual([]);
    expect(world.stepsOf('waiting')).toEqual([]);
    expect(world.stepsOf('refused')).toMatchObject([
      { because: 'Marketo does not have the lead, and marketo.leads is updateOnly' },
    ]);
    expect(world.simulator.leads()).toEqual([]);
  });

  it('goes to a lead that somebody made since, with what is new', async () => {
    await open({ rules: { leads: 'updateOnly' } });
    await world.post(identify(ann, { firstName: 'Ann' }));
    await world.run(60);
    world.simulator.createLead({ email: ann });
    await world.post(identify(ann, { lastName: 'Doe' }));
    await world.run(90);
    expect(leadOf(world, ann)?.fields).toEqual({ LastName: 'Doe' });
  });
});

describe('with marketo.leads: createOnly', () => {
  it('a lead is made once, and later values end with the reason', async () => {
    await open({ rules: { leads: 'createOnly' } });
    await world.post(identify(ann, { firstName: 'Ann' }));
    await world.run(60);
    await world.post(identify(ann, { firstName: 'Anna' }));
    await world.run(90);
    expect(leadOf(world, ann)?.fields).toEqual({ FirstName: 'Ann' });
    expect(world.stepsOf('refused')).toMatchObject([
      { because: 'the lead exists already, and marketo.leads is createOnly' },
    ]);
    expect(world.stepsOf('dead')).toEqual([]);
  });

  it('a cookie of a lead that was made goes on', async () => {
    await open({ rules: { leads: 'createOnly' } });
    await world.post(identify(ann, { firstName: 'Ann' }));
    await world.run(60);
    const marketoCookie = 'id:000-AAA-000&token:_mch-example.com-1374552656411-90718';
    await world.post(
      identify(ann, { firstName: 'Anna' }, { context: { Marketo: { marketoCookie } } }),
    );
    await world.run(180);
    expect(leadOf(world, ann)?.cookies).toEqual(['_mch-example.com-1374552656411-90718']);
  });
});

describe('with marketo.leads: createOnly, a lead that others have made', () => {
  const marketoCookie = 'id:000-AAA-000&token:_mch-example.com-1374552656411-90718';
  const onDevice = { context: { Marketo: { marketoCookie } } };

  it('keeps its values and gets the cookie, at the cost of one search', async () => {
    await open({ rules: { leads: 'createOnly' } });
    world.simulator.createLead({ email: ann, fields: { FirstName: 'Ann' } });
    world.pass(60);
    await world.post(identify(ann, { firstName: 'Anna' }, onDevice));
    await world.run(120);
    expect(world.simulator.leads()).toMatchObject([
      { fields: { FirstName: 'Ann' }, cookies: ['_mch-example.com-1374552656411-90718'] },
    ]);
    expect(requests()).toEqual(['leads', 'getLeads', 'associate']);
    expect(world.stepsOf('refused')).toMatchObject([
      { because: 'the lead exists already, and marketo.leads is createOnly' },
    ]);
    expect(world.stepsOf('dead')).toEqual([]);
  });

  it('gets what the person did', async () => {
    await open({
      rules: { leads: 'createOnly' },
      activities: { 'Order Completed': { typeId: 100001, primary: 'orderId' } },
    });
    const { id } = world.simulator.createLead({ email: ann });
    world.pass(60);
    await world.post(identify(ann, { firstName: 'Anna' }), {
      type: 'track',
      userId: 'ann',
      event: 'Order Completed',
      properties: { orderId: 'o-1' },
    });
    await world.run(180);
    expect(world.simulator.activities()).toMatchObject([{ lead: id }]);
  });
});

describe('with marketo.partition', () => {
  const schema = { partitions: [{ name: 'Default' }, { name: 'Europe' }, { name: 'Asia' }] };

  it('a lead that others have moved is updated where it is, with one request from then on', async () => {
    await open({ rules: { partition: 'Europe' }, schema });
    await world.post(identify(ann, { firstName: 'Ann' }));
    await world.run(60);
    world.simulator.changeLead(leadOf(world, ann)?.id ?? 0, { partition: 'Asia' });
    for (const lastName of ['Doe', 'Roe']) {
      await world.post(identify(ann, { lastName }));
      await world.run(60);
    }
    expect(leadOf(world, ann)).toMatchObject({ partition: 'Asia', fields: { LastName: 'Roe' } });
    expect(world.stepsOf('dead')).toEqual([]);
    expect(requests().length).toBeLessThanOrEqual(5);
  });
});
