import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookie, identify, leadOf, syncsOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const joe = 'joe@example.com';
describe.each(apis)('over %s:', (api) => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld({ api, fieldMap: { userId: false } });
  });
  afterEach(async () => {
    expect(world.simulator.lockFaults).toBe(0);
    await world.close();
  });

  const withCookie = (digits: string) => ({
    context: { Marketo: { marketoCookie: cookie(digits) } },
  });
  const page = (keys: object, path = '/pricing') => ({
    type: 'page',
    properties: { url: `https://www.example.com${path}?a=b` },
    ...keys,
  });
  const emailsOfVisits = () => world.simulator.visits().map(({ email, path }) => [email, path]);

  describe('traits without an e-mail', () => {
    it('are held, visibly, and make no lead', async () => {
      await world.post({ type: 'identify', userId: 'u-1', traits: { plan: 'pro' } });
      await world.run(600);
      expect(world.simulator.leads()).toEqual([]);
      expect(world.stepsOf('held')).toMatchObject([
        { because: 'no e-mail is known for this person' },
      ]);
    });

    it('move to the lead when an e-mail turns up', async () => {
      await world.post({
        type: 'identify',
        userId: 'u-1',
        traits: { plan: 'pro', firstName: 'Old' },
      });
      await world.run(10);
      await world.post({
        type: 'identify',
        userId: 'u-1',
        traits: { email: jane, firstName: 'Jane' },
      });
      await world.run(60);
      expect(leadOf(world, jane)?.fields).toMatchObject({ Plan: 'pro', FirstName: 'Jane' });
    });

    it('find the lead that their userId named before', async () => {
      await world.post({ type: 'identify', userId: 'u-1', traits: { email: jane } });
      await world.run(60);
      await world.post({ type: 'identify', userId: 'u-1', traits: { plan: 'pro' } });
      await world.run(60);
      expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
      expect(world.stepsOf('held')).toEqual([]);
    });

    it('become a dead letter when the hold time ends', async () => {
      await world.close();
      world = await createWorld({ api, fieldMap: { userId: false }, holdDays: 1 });
      await world.post({ type: 'identify', userId: 'u-1', traits: { plan: 'pro' } });
      await world.run(24 * 3_600 - 60);
      expect(world.twin.dead.size).toBe(0);
      await world.run(600);
      expect([...world.twin.dead.values()]).toMatchObject([
        { because: 'no e-mail is known for this person', fields: [{ name: 'Plan', value: 'pro' }] },
      ]);
      await world.post({ type: 'identify', userId: 'u-1', traits: { email: jane } });
      await world.run(60);
      expect(leadOf(world, jane)?.fields.Plan).toBeUndefined();
    });
  });

  describe('an event from before its key changed hands', () => {
    it('stays with the lead of that time when it comes again', async () => {
      await world.post(identify(jane, {}, { anonymousId: 'a-1' }), identify(joe));
      await world.run(60);
      const early = {
        type: 'identify',
        anonymousId: 'a-1',
        userId: 'u',
        traits: { plan: 'early' },
      };
      await world.post({
        ...early,
        messageId: 'early',
        timestamp: new Date(world.at()).toISOString(),
      });
      const [copy] = world.events.receive(1);
      await world.run(300);
      await world.post(identify(joe, { plan: 'late' }, { anonymousId: 'a-1' }));
      await world.run(60);
      if (copy) world.events.send({ body: copy.body, group: copy.group, deduplication: 'copy' });
      await world.run(300);
      expect(leadOf(world, jane)?.fields.Plan).toBe('early');
      expect(leadOf(world, joe)?.fields.Plan).toBe('late');
    });
  });

  describe('the e-mail of an event', () => {
    it('is the userId when that looks like one', async () => {
      await world.post({ type: 'identify', userId: jane, traits: { plan: 'pro' } });
      await world.run(60);
      expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    });

    it('is the lead that the userId is linked to, before the userId itself', async () => {
      await world.post({ type: 'identify', userId: jane, traits: { email: 'new@example.com' } });
      await world.run(60);
      await world.post({ type: 'identify', userId: jane, traits: { plan: 'pro' } });
      await world.run(60);
      expect(world.simulator.leads()).toHaveLength(1);
      expect(leadOf(world, 'new@example.com')?.fields.Plan).toBe('pro');
    });

    it('is not taken from the properties of an event of somebody known', async () => {
      await world.post(identify(jane, {}, { anonymousId: 'a-1' }), identify(joe));
      await world.run(60);
      await world.post({
        type: 'track',
        event: 'Invited a friend',
        anonymousId: 'a-1',
        properties: { email: joe },
      });
      await world.run(60);
      expect(emailsOfVisits()).toEqual([[jane, '/event/Invited-a-friend']]);
    });

    it('keeps the letter case in which it was last given', async () => {
      await world.post(identify(jane, { plan: 'a' }));
      await world.run(60);
      await world.post(identify('Jane@Example.com', { plan: 'b' }));
      await world.run(60);
      expect(world.simulator.leads().map(({ email }) => email)).toEqual(['Jane@Example.com']);
    });
  });

  describe('a visit', () => {
    it('lands on the lead through its cookie', async () => {
      await world.post(identify(jane, {}, withCookie('11111')));
      await world.run(60);
      await world.post(page({ anonymousId: 'a-1', ...withCookie('11111') }));
      await world.run(60);
      expect(emailsOfVisits()).toEqual([[jane, '/pricing']]);
    });

    it('that knows only a userId lands on the cookie of its lead', async () => {
      await world.post(identify(jane, {}, { userId: 'u-1', ...withCookie('11111') }));
      await world.run(60);
      await world.post({ type: 'track', event: 'Signed Up', userId: 'u-1' });
      await world.run(60);
      expect(world.simulator.visits().map(({ token }) => token)).toEqual([
        '_mch-example.com-1374552656411-11111',
      ]);
    });

    it('of a visitor without a cookie joins the lead that the visitor becomes', async () => {
      await world.post(
        page({ anonymousId: 'a-1' }, '/first'),
        page({ anonymousId: 'a-1' }, '/second'),
      );
      await world.run(60);
      expect(emailsOfVisits()).toEqual([
        [null, '/first'],
        [null, '/second'],
      ]);
      await world.post({
        type: 'identify',
        anonymousId: 'a-1',
        userId: 'u-1',
        traits: { email: jane },
      });
      await world.run(120);
      await world.post(page({ userId: 'u-1' }, '/third'));
      await world.run(60);
      expect(emailsOfVisits()).toEqual([
        [jane, '/first'],
        [jane, '/second'],
        [jane, '/third'],
      ]);
      expect(world.simulator.leads()).toHaveLength(1);
    });

    it('that Munchkin does not take at first comes again, and no event is lost over it', async () => {
      world.inject({ target: 'munchkin', status: 503, count: 3 });
      await world.post(page({ anonymousId: 'a-1' }, '/a'), page({ anonymousId: 'a-1' }, '/b'));
      await world.run(600);
      expect(
        world.simulator
          .visits()
          .map(({ path }) => path)
          .sort(),
      ).toEqual(['/a', '/b']);
      expect(world.stepsOf('visited')).toHaveLength(2);
    });

    it('that Munchkin refuses for good becomes a dead letter', async () => {
      world.inject({ target: 'munchkin', status: 400 });
      await world.post(page({ anonymousId: 'a-1' }, '/a'));
      await world.run(600);
      expect([...world.twin.dead.values()]).toMatchObject([{ visit: { path: '/a' } }]);
    });
  });

  describe('a cookie', () => {
    it('is told to Marketo once', async () => {
      await world.post(identify(jane, { plan: 'a' }, withCookie('11111')));
      await world.run(60);
      await world.post(identify(jane, { plan: 'b' }, withCookie('11111')));
      await world.run(60);
      expect(leadOf(world, jane)?.cookies).toEqual(['_mch-example.com-1374552656411-11111']);
      expect(syncsOf(world, jane)).toHaveLength(2);
    });

    it.runIf(api === 'soap')(
      'never goes out with a second lead, which SOAP would take for the first',
      async () => {
        await world.post(identify(jane, { plan: 'a' }, withCookie('11111')));
        await world.run(60);
        await world.post(identify(joe, { plan: 'b' }, withCookie('11111')));
        await world.run(60);
        expect(leadOf(world, jane)?.fields.Plan).toBe('a');
        expect(leadOf(world, joe)?.fields.Plan).toBe('b');
        expect(world.simulator.leads()).toHaveLength(2);
      },
    );

    it.runIf(api === 'rest')('goes over to the lead that it names later', async () => {
      await world.post(identify(jane, { plan: 'a' }, withCookie('11111')));
      await world.run(60);
      await world.post(identify(joe, { plan: 'b' }, withCookie('11111')));
      await world.run(60);
      expect([leadOf(world, jane)?.cookies, leadOf(world, joe)?.cookies]).toEqual([
        [],
        ['_mch-example.com-1374552656411-11111'],
      ]);
      expect(leadOf(world, jane)?.fields.Plan).toBe('a');
    });

    it('of two goes out one after the other', async () => {
      await world.post(
        identify(jane, {}, withCookie('11111')),
        identify(jane, {}, withCookie('22222')),
      );
      await world.run(180);
      expect(leadOf(world, jane)?.cookies).toHaveLength(2);
    });
  });
});
