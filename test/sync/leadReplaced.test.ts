import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookie, identify, leadOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const traits = { firstName: 'Jane', lastName: 'Doe', plan: 'pro', logins: 7, title: 'Dr' };
const all = { FirstName: 'Jane', LastName: 'Doe', Plan: 'pro', Logins: '7', Title: 'Dr' };
const token = '_mch-example.com-1374552656411-90718';
const context = { Marketo: { marketoCookie: cookie('90718') } };
const line = 'Marketo has another lead for this person now; the next identify goes whole';

describe.each(apis)('over %s, a lead that Marketo has no more', (api) => {
  let world: World;
  const idOf = (email: string): number => leadOf(world, email)?.id ?? 0;
  const fieldsOf = (email: string) => leadOf(world, email)?.fields;

  beforeEach(async () => {
    world = await createWorld({ api, fieldMap: { userId: false } });
    await world.post(identify(jane, traits, { context }));
    await world.run(120);
    expect(leadOf(world, jane)).toMatchObject({ fields: all, cookies: [token] });
    expect(world.counted.get('LeadsReplaced')).toBeUndefined();
  });
  afterEach(async () => {
    expect(world.simulator.lockFaults).toBe(0);
    await world.close();
  });

  it('is made anew by the next change, and the next full identify goes whole', async () => {
    world.simulator.deleteLead(idOf(jane));
    await world.post(identify(jane, { ...traits, plan: 'basic' }));
    await world.run(120);
    expect(fieldsOf(jane)).toEqual({ Plan: 'basic' });
    await world.post(identify(jane, { ...traits, plan: 'basic' }));
    await world.run(120);
    expect(fieldsOf(jane)).toEqual({ ...all, Plan: 'basic' });
  });

  it('is told of in a line and a metric, once', async () => {
    world.simulator.deleteLead(idOf(jane));
    await world.post(identify(jane, { plan: 'basic' }));
    await world.run(120);
    await world.post(identify(jane, { plan: 'free' }));
    await world.run(120);
    expect(world.complaints.filter((text) => text === line)).toHaveLength(1);
    expect(world.counted.get('LeadsReplaced')).toBe(1);
  });

  it('gets its cookies associated anew', async () => {
    world.simulator.deleteLead(idOf(jane));
    await world.post(identify(jane, { plan: 'basic' }));
    await world.run(180);
    expect(leadOf(world, jane)).toMatchObject({ fields: { Plan: 'basic' }, cookies: [token] });
  });

  it('and whose e-mail changes is made under the new e-mail', async () => {
    world.simulator.deleteLead(idOf(jane));
    await world.post(identify('new@example.com', traits, { userId: 'jane' }));
    await world.run(1_800);
    await world.post(identify('new@example.com', traits, { userId: 'jane' }));
    await world.run(120);
    expect(world.simulator.leads().map(({ email }) => email)).toEqual(['new@example.com']);
    expect(fieldsOf('new@example.com')).toEqual(all);
    expect(world.counted.get('LeadsReplaced')).toBe(1);
    expect([...world.twin.dead.values()]).toEqual([]);
  });
});

describe.each(apis)('over %s, a lead that was merged into another one', (api) => {
  it('has the winner’s id from then on, and the next full identify goes whole', async () => {
    const world = await createWorld({ api, fieldMap: { userId: false } });
    const joe = 'joe@example.com';
    await world.post(identify(jane, traits), identify(joe, { plan: 'free' }));
    await world.run(120);
    const [winner, loser] = [joe, jane].map((email) => leadOf(world, email)?.id ?? 0);
    world.simulator.mergeLeads(winner ?? 0, [loser ?? 0]);
    // The winner of a merge in Marketo may take the e-mail of the loser.
    world.simulator.changeLead(winner ?? 0, { email: jane });
    await world.post(identify(jane, { ...traits, plan: 'basic' }));
    await world.run(120);
    expect(world.counted.get('LeadsReplaced')).toBe(1);
    world.simulator.changeLead(winner ?? 0, { fields: { Title: 'Prof' } });
    await world.post(identify(jane, { ...traits, plan: 'basic' }));
    await world.run(120);
    expect(leadOf(world, jane)).toMatchObject({ id: winner, fields: { ...all, Plan: 'basic' } });
    await world.post(identify('jd@example.com', {}, { userId: 'jane' }));
    await world.run(120);
    expect(leadOf(world, 'jd@example.com')?.id).toBe(winner);
    expect(world.counted.get('LeadsReplaced')).toBe(1);
    await world.close();
  });
});
