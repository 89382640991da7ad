import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, leadOf, syncsOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const [ann, bob] = ['ann@example.com', 'bob@example.com'];
const policy = { LeadSource: 'create', plan: 'create' } as const;
const hasLead = 'Marketo has the lead already, and the field’s policy is create';

describe.each(apis)('over %s, a field whose policy is create', (api) => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld({ api, fieldMap: { userId: false }, fieldPolicies: policy });
  });
  afterEach(async () => {
    expect(world.simulator.lockFaults).toBe(0);
    expect(world.stepsOf('dead')).toEqual([]);
    await world.close();
  });
  const unchanged = () =>
    world.stepsOf('unchanged').map(({ fields, because }) => [fields, because] as const);

  it('goes to a lead that Marketo does not have', async () => {
    await world.post(identify(ann, { firstName: 'Ann', leadSource: 'web', plan: 'pro' }));
    await world.run(120);
    expect(leadOf(world, ann)?.fields).toEqual({
      FirstName: 'Ann',
      LeadSource: 'web',
      Plan: 'pro',
    });
    expect(syncsOf(world, ann)).toHaveLength(api === 'rest' ? 1 : 2);
  });

  it('never touches a lead that others have made, and the log says why', async () => {
    world.simulator.createLead({ email: ann, fields: { LeadSource: 'fair' } });
    world.pass(60);
    await world.post(identify(ann, { firstName: 'Ann', leadSource: 'web' }));
    await world.run(120);
    expect(leadOf(world, ann)?.fields).toEqual({ FirstName: 'Ann', LeadSource: 'fair' });
    expect(unchanged()).toEqual([[['LeadSource'], hasLead]]);
  });

  it('never changes again, whatever the source says, and costs no call', async () => {
    await world.post(identify(ann, { leadSource: 'web' }));
    await world.run(120);
    const before = syncsOf(world).length;
    await world.post(identify(ann, { leadSource: 'fair' }));
    await world.run(3_600);
    await world.post(identify(ann, { leadSource: 'fair' }));
    await world.run(120);
    expect(leadOf(world, ann)?.fields).toEqual({ LeadSource: 'web' });
    expect(syncsOf(world)).toHaveLength(before);
    expect(new Set(unchanged().map(([, because]) => because))).toContain(hasLead);
  });

  it('goes again with the next identify where the lead was deleted in Marketo', async () => {
    const traits = { firstName: 'Ann', leadSource: 'web' };
    await world.post(identify(ann, traits));
    await world.run(120);
    await world.post(identify(ann, { leadSource: 'fair' }));
    await world.run(120);
    world.simulator.deleteLead(leadOf(world, ann)?.id ?? 0);
    await world.post(identify(ann, { firstName: 'Anna', leadSource: 'fair' }));
    await world.run(120);
    await world.post(identify(ann, { firstName: 'Anna', leadSource: 'fair' }));
    await world.run(120);
    expect(leadOf(world, ann)?.fields).toEqual({ FirstName: 'Anna', LeadSource: 'fair' });
  });

  it('is of each lead in a shared call by itself', async () => {
    world.simulator.createLead({ email: bob, fields: { LeadSource: 'fair' } });
    world.pass(60);
    await world.post(
      identify(ann, { firstName: 'Ann', leadSource: 'web' }),
      identify(bob, { firstName: 'Bob', leadSource: 'web' }),
    );
    await world.run(180);
    expect(leadOf(world, ann)?.fields).toMatchObject({ LeadSource: 'web', FirstName: 'Ann' });
    expect(leadOf(world, bob)?.fields).toMatchObject({ LeadSource: 'fair', FirstName: 'Bob' });
  });

  it('waits out a lost answer, and then belongs to the lead that was made', async () => {
    const target = api === 'rest' ? 'leads' : 'syncLead';
    world.simulator.inject({ target, drop: true, after: true });
    await world.post(identify(ann, { firstName: 'Ann', leadSource: 'web' }));
    await world.run(600);
    expect(leadOf(world, ann)?.fields['FirstName']).toBe('Ann');
    expect(world.simulator.leads()).toHaveLength(1);
  });
});
