import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookie, gapsOf, identify, leadOf, syncsOf, troubles } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const [old, fresh, friend] = ['old@example.com', 'new@example.com', 'friend@example.com'];
const of = (email: string, traits: object = {}, more: object = {}) => ({
  type: 'identify',
  userId: 'chg-2',
  traits: { email, ...traits },
  ...more,
});

describe.each(apis)('over %s, a new e-mail of a known userId', (api) => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld({ api, fieldMap: { userId: false } });
  });
  afterEach(async () => {
    expect(world.simulator.lockFaults).toBe(0);
    await world.close();
  });

  it('renames the lead, which keeps its fields, its id and its history', async () => {
    await world.post(of(old, { firstName: 'Jane', plan: 'pro' }));
    await world.run(60);
    const id = leadOf(world, old)?.id;
    await world.post(of(fresh));
    await world.run(60);
    expect(world.simulator.leads()).toMatchObject([
      { id, email: fresh, fields: { FirstName: 'Jane', Plan: 'pro' } },
    ]);
  });

  it('goes with the lock of the lead, and with what waits for it', async () => {
    await world.post(of(old, { plan: 'basic' }));
    await world.run(5);
    await world.post(of(fresh), { type: 'identify', userId: 'chg-2', traits: { plan: 'pro' } });
    await world.run(90);
    expect(world.simulator.leads()).toMatchObject([{ email: fresh, fields: { Plan: 'pro' } }]);
    const calls = [...syncsOf(world, old), ...syncsOf(world, fresh)].sort((a, b) => a.at - b.at);
    expect(Math.min(...gapsOf(calls))).toBeGreaterThanOrEqual(30);
  });

  it('is the lead’s from then on, whoever names it, and so is the e-mail before', async () => {
    await world.post(of(old));
    await world.run(60);
    await world.post(of(fresh));
    await world.run(60);
    await world.post(identify(fresh, { firstName: 'Jane' }));
    await world.run(60);
    await world.post({ type: 'identify', anonymousId: 'a', traits: { email: fresh, plan: 'x' } });
    await world.run(60);
    expect(world.simulator.leads()).toMatchObject([
      { email: fresh, fields: { FirstName: 'Jane', Plan: 'x' } },
    ]);
  });

  it('that a track names renames the lead, too', async () => {
    await world.post(of(old, { plan: 'pro' }));
    await world.run(60);
    await world.post({
      type: 'track',
      event: 'Looked',
      userId: 'chg-2',
      context: { traits: { email: fresh } },
    });
    await world.run(60);
    expect(world.simulator.leads()).toMatchObject([{ email: fresh, fields: { Plan: 'pro' } }]);
  });

  it('that another lead has already means that lead, and the userId moves there', async () => {
    await world.post(of(old, { plan: 'pro' }), identify(friend, { firstName: 'Joe' }));
    await world.run(60);
    await world.post(of(friend));
    await world.post({ type: 'identify', userId: 'chg-2', traits: { lastName: 'Doe' } });
    await world.run(90);
    expect(leadOf(world, old)?.fields).toEqual({ Plan: 'pro' });
    expect(leadOf(world, friend)?.fields).toEqual({ FirstName: 'Joe', LastName: 'Doe' });
  });

  it('makes the lead under the new e-mail where Marketo never had the old one', async () => {
    await world.post(of(old, { plan: 'pro' }), of(fresh));
    await world.run(90);
    expect(world.simulator.leads()).toMatchObject([{ email: fresh, fields: { Plan: 'pro' } }]);
  });

  it('finds the lead by the old one where the answer to its very first call was lost', async () => {
    world.inject(troubles[api].lostAnswer ?? {});
    await world.post(of(old, { plan: 'pro' }));
    await world.run(5);
    await world.post(of(fresh, { firstName: 'Jane' }));
    await world.run(300);
    expect(world.simulator.leads()).toMatchObject([
      { email: fresh, fields: { Plan: 'pro', FirstName: 'Jane' } },
    ]);
    await world.post(of(fresh, { plan: 'basic' }));
    await world.run(60);
    expect(world.simulator.leads()).toMatchObject([{ email: fresh, fields: { Plan: 'basic' } }]);
  });

  it('makes the lead once where its very first call was lost before Marketo had it', async () => {
    world.inject({ target: api === 'soap' ? 'syncLead' : 'leads', drop: true });
    await world.post(of(old, { plan: 'pro' }));
    await world.run(5);
    await world.post(of(fresh), of('newer@example.com'));
    await world.run(300);
    expect(world.simulator.leads()).toMatchObject([
      { email: 'newer@example.com', fields: { Plan: 'pro' } },
    ]);
  });

  it('waits where the search for the old one fails', async () => {
    world.inject(troubles[api].lostAnswer ?? {});
    const search = api === 'soap' ? 'getLead' : 'getLeads';
    world.inject({ target: search, status: 503, count: 2 });
    await world.post(of(old, { plan: 'pro' }));
    await world.run(5);
    await world.post(of(fresh));
    await world.run(900);
    expect(world.simulator.leads()).toMatchObject([{ email: fresh, fields: { Plan: 'pro' } }]);
    expect(world.stepsOf('dead')).toEqual([]);
  });

  it('changes nothing where an older event with the old e-mail comes late', async () => {
    await world.post(of(old, {}, { timestamp: new Date(world.at()).toISOString() }));
    await world.run(60);
    const before = new Date(world.at()).toISOString();
    await world.run(10);
    await world.post(of(fresh, {}, { timestamp: new Date(world.at()).toISOString() }));
    await world.run(60);
    await world.post(of(old, { plan: 'late' }, { timestamp: before, messageId: 'late' }));
    await world.run(90);
    expect(world.simulator.leads()).toMatchObject([{ email: fresh, fields: { Plan: 'late' } }]);
  });

  it('of a known cookie renames, too, where no userId says who it is', async () => {
    const onDevice = { context: { Marketo: { marketoCookie: cookie('90718') } } };
    const by = (email: string) => ({
      type: 'identify',
      anonymousId: 'a',
      traits: { email },
      ...onDevice,
    });
    await world.post(by(old));
    await world.run(60);
    await world.post(by(fresh));
    await world.run(90);
    expect(world.simulator.leads().map(({ email }) => email)).toEqual([fresh]);
  });

  it('of a known anonymousId alone makes another lead: a device is shared', async () => {
    const by = (email: string) => ({ type: 'identify', anonymousId: 'a', traits: { email } });
    await world.post(by(old));
    await world.run(60);
    await world.post(by(fresh));
    await world.run(90);
    expect(world.simulator.leads().map(({ email }) => email)).toEqual([old, fresh]);
  });

  it('leaves nothing behind when the user is deleted', async () => {
    await world.post(of(old, { plan: 'pro' }));
    await world.run(60);
    await world.post(of(fresh));
    await world.post({ type: 'delete', userId: 'chg-2' });
    await world.run(90);
    const kept = [...world.twin.rows.values()].map(({ json }) => json).join();
    expect(kept).not.toMatch(/old@|new@|"pro"/);
  });
});

describe.each(apis)('over %s, with emailChange: newLead', (api) => {
  it('a new e-mail of a known userId makes another lead', async () => {
    const world = await createWorld({ api, fieldMap: { userId: false }, emailChange: 'newLead' });
    await world.post(of(old, { plan: 'pro' }));
    await world.run(60);
    await world.post(of(fresh));
    await world.run(90);
    expect(world.simulator.leads()).toMatchObject([
      { email: old, fields: { Plan: 'pro' } },
      { email: fresh, fields: {} },
    ]);
    await world.close();
  });
});
