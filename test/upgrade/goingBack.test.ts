import { afterEach, describe, expect, it } from 'vitest';
import { cookie, gapsOf, identify, leadOf, syncsOf, troubles } from '../support/scenario.ts';
import { type Api, apis } from '../support/world.ts';
import { type BackAndForth, createBackAndForth } from './backAndForth.ts';

const minutes = 60;
const jane = 'jane@example.com';
const consent = { categories: ['Marketing'], whenAbsent: 'send' } as const;
const preferring = (Marketing: boolean) => ({
  context: { consent: { categoryPreferences: { Marketing } } },
});
const order = (id: string) => ({
  type: 'track',
  event: 'Order Completed',
  userId: 'jane',
  properties: { order: { id } },
});
const newEmail = (email: string) => ({ type: 'identify', userId: 'jane', traits: { email } });

let here: BackAndForth;
/** Marketo does not answer until `end`. */
const outage = (api: Api) => {
  here.world.inject({ ...troubles[api].unreachable, count: 1_000 });
  return {
    end: () => {
      here.world.simulator.clearFaults();
    },
  };
};

afterEach(async () => {
  // Ticks are nothing to it: the index of today is not its schedule.
  expect(here.old.errors.filter((text) => !text.startsWith('messages on the due queue'))).toEqual(
    [],
  );
  expect(here.world.simulator.lockFaults).toBe(0);
  await here.close();
});

describe.each(apis)('items of today, met by the worker of version 0.1 over %s,', (api) => {
  it('go out to the last value, cookie and activity', async () => {
    here = await createBackAndForth(api);
    const { world, old, back } = here;
    const marketo = outage(api);
    await world.post(
      identify(
        jane,
        { title: 'CTO', plan: 'pro' },
        { context: { Marketo: { marketoCookie: cookie('11111') } } },
      ),
      order('7'),
    );
    await world.run(3 * minutes);
    await world.post(identify(jane, { plan: 'team' }));
    await world.run(5);
    marketo.end();
    await back();
    await old.run(8 * minutes);
    expect(leadOf(world, jane)?.fields).toMatchObject({ Title: 'CTO', Plan: 'team' });
    const added = api === 'rest' ? [{ primaryAttributeValue: '7' }] : [];
    expect(world.simulator.activities(jane)).toMatchObject(added);
    expect(leadOf(world, jane)?.cookies).toHaveLength(1);
    expect(Math.min(...gapsOf(syncsOf(world, jane)), 30)).toBeGreaterThanOrEqual(30);
  });

  it('keep what Marketo has: it does not go again, and a late old event loses', async () => {
    here = await createBackAndForth(api);
    const { world, old } = here;
    const late = new Date(world.at()).toISOString();
    world.pass(10);
    await world.post(
      identify(
        jane,
        { title: 'CTO' },
        { context: { Marketo: { marketoCookie: cookie('11111') } } },
      ),
      order('7'),
    );
    await world.run(3 * minutes);
    const before = syncsOf(world, jane).length;
    await world.post(
      identify(
        jane,
        { title: 'CTO' },
        { context: { Marketo: { marketoCookie: cookie('11111') } } },
      ),
      identify(jane, { title: 'old' }, { timestamp: late }),
    );
    await old.run(3 * minutes);
    expect(syncsOf(world, jane)).toHaveLength(before);
    expect(leadOf(world, jane)?.fields.Title).toBe('CTO');
    expect(old.lines.filter(({ step }) => step === 'dead')).toEqual([]);
  });

  it('keep the lock that a call has left', async () => {
    here = await createBackAndForth(api);
    const { world, old } = here;
    await world.post(identify(jane, { title: 'CTO' }));
    await world.run(5);
    await world.post(identify(jane, { title: 'CEO' }));
    await old.run(3 * minutes);
    expect(gapsOf(syncsOf(world, jane))[0]).toBeGreaterThanOrEqual(30);
    expect(leadOf(world, jane)?.fields.Title).toBe('CEO');
  });

  it('keep a deletion: what is older stays deleted, and the erasure ends when this version is back', async () => {
    here = await createBackAndForth(api);
    const { world, old, back, items } = here;
    const late = new Date(world.at()).toISOString();
    const marketo = outage(api);
    world.pass(10);
    await world.post(identify(jane, { title: 'secret' }));
    await world.post({ type: 'delete', userId: 'jane' });
    await world.run(5);
    marketo.end();
    await back();
    await world.post(identify(jane, { title: 'old' }, { timestamp: late }));
    await old.run(3 * minutes);
    expect(syncsOf(world, jane)).toEqual([]);
    const pending = async () =>
      (await items()).filter(({ pk, shard }) => pk.startsWith('erasure#') && shard);
    expect(await pending()).toHaveLength(1);
    await world.run(8 * minutes);
    expect(await pending()).toEqual([]);
    expect(JSON.stringify(await items())).not.toContain('secret');
  });

  it('are deleted by it with their dead letters', async () => {
    here = await createBackAndForth(api);
    const { world, old, items } = here;
    await world.post(identify(jane, { title: 'secret', employees: 'many' }));
    world.inject({
      target: api === 'rest' ? 'leads' : 'syncLead',
      code: api === 'rest' ? '1003' : '20103',
      count: 50,
    });
    await world.run(12 * minutes);
    world.simulator.clearFaults();
    expect(
      (await items()).some(({ pk, state }) => pk.startsWith('dead#') && state.includes('secret')),
    ).toBe(true);
    await world.post({ type: 'delete', userId: 'jane' });
    await old.run(3 * minutes);
    expect(JSON.stringify(await items())).not.toContain('secret');
  });

  it('go to a new e-mail, and a person who has the old one is not mixed up with them later', async () => {
    here = await createBackAndForth(api);
    const { world, old, back, forth } = here;
    await world.post(identify(jane, { title: 'CTO' }));
    await world.run(2 * minutes);
    await world.post(newEmail('smith@example.com'));
    await world.run(2 * minutes);
    await back();
    await world.post(
      identify('smith@example.com', { plan: 'pro' }, { userId: 'jane' }),
      identify(jane, { plan: 'other' }, { userId: 'other' }),
    );
    await old.run(3 * minutes);
    await forth();
    await world.post(
      identify('smith@example.com', { title: 'CEO' }, { userId: 'jane' }),
      identify(jane, { title: 'Clerk' }, { userId: 'other' }),
    );
    await world.run(3 * minutes);
    expect(leadOf(world, 'smith@example.com')?.fields).toMatchObject({ Title: 'CEO', Plan: 'pro' });
    expect(leadOf(world, jane)?.fields).toMatchObject({ Title: 'Clerk', Plan: 'other' });
    expect(world.simulator.leads()).toHaveLength(2);
  });

  it('hand over what a key holds when an e-mail turns up', async () => {
    here = await createBackAndForth(api);
    const { world, old } = here;
    await world.post({ type: 'identify', userId: 'jane', traits: { title: 'CTO' } }, order('7'));
    await world.run(5);
    await world.post(newEmail(jane));
    await old.run(3 * minutes);
    expect(leadOf(world, jane)?.fields.Title).toBe('CTO');
    expect(world.simulator.activities(jane)).toHaveLength(api === 'rest' ? 1 : 0);
  });

  it('send nothing for a refusal of consent, which counts again when this version is back', async () => {
    here = await createBackAndForth(api, { consent });
    const { world, old, forth } = here;
    const late = new Date(world.at()).toISOString();
    world.pass(10);
    await world.post(identify(jane, { title: 'CTO' }));
    await world.run(2 * minutes);
    await world.post(identify(jane, { title: 'refused' }, preferring(false)));
    await world.run(5);
    await world.post(identify(jane, { title: 'refused too' }, preferring(false)), {
      type: 'page',
      userId: 'jane',
      properties: { url: 'https://a.example/' },
      ...preferring(false),
    });
    await old.run(3 * minutes);
    await forth();
    await world.post(identify(jane, { plan: 'late' }, { timestamp: late }));
    await world.run(3 * minutes);
    expect(leadOf(world, jane)?.fields).toEqual({ Title: 'CTO' });
    expect(world.simulator.visits(jane)).toEqual([]);
  });
});

describe('static lists of today, met by the worker of version 0.1,', () => {
  const begin = (unknownFields: 'skip' | 'fail') =>
    createBackAndForth('rest', {
      unknownFields,
      schema: { lists: [{ id: 1001, name: 'Customers' }] },
      mapping: {
        rules: [{ when: { event: 'Bought' }, to: 'list', list: 1001, member: 'add' }],
      },
    });
  const bought = { type: 'track', event: 'Bought', userId: 'jane' };
  const members = () => here.world.simulator.state.members(1001).length;

  it.each(['skip', 'fail'] as const)(
    'are no fields to it, and go when this version is back (unknownFields: %s)',
    async (unknownFields) => {
      here = await begin(unknownFields);
      const { world, old, back, forth } = here;
      const marketo = outage('rest');
      await world.post(identify(jane, { title: 'CTO' }), bought);
      await world.run(5);
      marketo.end();
      await back();
      await old.run(8 * minutes);
      expect(leadOf(world, jane)?.fields).toEqual({ Title: 'CTO' });
      expect(JSON.stringify([old.lines, old.complaints])).not.toContain('list:');
      expect(old.lines.filter(({ step }) => step === 'dead')).toEqual([]);
      expect(members()).toBe(0);
      await forth();
      await world.run(3 * minutes);
      expect(members()).toBe(1);
    },
  );

  it('that a key holds go when an e-mail has turned up and this version is back', async () => {
    here = await begin('skip');
    const { world, old, forth } = here;
    await world.post(bought);
    await world.run(5);
    await world.post(identify(jane, { title: 'CTO' }));
    await old.run(3 * minutes);
    expect(leadOf(world, jane)?.fields).toEqual({ Title: 'CTO' });
    await forth();
    await world.run(3 * minutes);
    expect(members()).toBe(1);
  });

  it('that Marketo has do not go again', async () => {
    here = await begin('skip');
    const { world, old, forth } = here;
    await world.post(identify(jane, { title: 'CTO' }), bought);
    await world.run(2 * minutes);
    await world.post(identify(jane, { title: 'CEO' }));
    await old.run(3 * minutes);
    await forth();
    const before = world.simulator.calls().length;
    await world.post(bought);
    await world.run(3 * minutes);
    expect(world.simulator.calls()).toHaveLength(before);
    expect(members()).toBe(1);
  });

  it('of a user that it deletes go nowhere', async () => {
    here = await begin('skip');
    const { world, old, forth } = here;
    await world.post(bought);
    await world.run(5);
    await world.post({ type: 'delete', userId: 'jane' });
    await old.run(3 * minutes);
    await forth();
    await world.post(identify(jane, { title: 'CTO' }));
    await world.run(3 * minutes);
    expect(leadOf(world, jane)?.fields).toEqual({ Title: 'CTO' });
    expect(members()).toBe(0);
  });
});
