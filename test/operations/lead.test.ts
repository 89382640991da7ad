import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf, shortHashOf } from '../../lambdas/digest.ts';
import { createLinesTwin } from '../twins/lines.ts';
import { createOperations } from '../../operations/operations.ts';
import type { DeadView, LeadView, Who } from '../../operations/views.ts';
import { cookie, identify, troubles } from '../support/scenario.ts';
import { createParts, deadOver, printed } from './parts.ts';
import { createWatched } from './watched.ts';

const jane = 'jane@example.com';

type Watched = Awaited<ReturnType<typeof createWatched>>;
let world: Watched;

const look = async (who: Who): Promise<LeadView> => {
  const view = await world.operations.lead(who);
  if (view === undefined) throw new Error('nobody was found');
  return view;
};

const fieldOf = ({ fields }: LeadView, name: string) => fields.find((field) => field.name === name);

beforeEach(async () => {
  world = await createWatched();
});
afterEach(async () => {
  await world.close();
});

describe('the view of a lead', () => {
  it('tells that all is there, under which id, and by which call', async () => {
    await world.post(identify(jane, { firstName: 'Jane' }, { messageId: 'm1' }));
    await world.run(3);
    const view = await look({ email: ' JANE@example.com' });
    expect(view).toMatchObject({
      summary: 'Everything known of this person is in Marketo.',
      lead: leadIdOf(jane),
      address: jane,
      aliases: [{ key: keyIdOf('userId', 'jane') }],
      activities: [],
      dead: [],
      lock: { isCalling: false, attempts: 0 },
    });
    expect(view.marketoId).toBeTypeOf('number');
    expect(view.key).toBeUndefined();
    expect(fieldOf(view, 'FirstName')).toMatchObject({
      state: 'sent',
      message: shortHashOf('m1'),
    });
    expect(fieldOf(view, 'FirstName')).not.toHaveProperty('value');
    expect(view.timeline.map((line) => (line.kind === 'step' ? line.step : 'call'))).toEqual([
      'synced',
      'call',
      'absorbed',
      'dropped',
    ]);
  });

  it('counts the lock down for what came after a call', async () => {
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(3);
    await world.post(identify(jane, { plan: 'free' }));
    await world.run(1);
    const view = await look({ userId: 'jane' });
    const { lockedUntil = 0 } = view.lock;
    expect(lockedUntil - view.now).toBeGreaterThan(25_000);
    expect(lockedUntil - view.now).toBeLessThanOrEqual(32_000);
    expect(fieldOf(view, 'Plan')).toMatchObject({
      state: 'waiting',
      value: 'free',
      until: lockedUntil,
    });
    expect(view.summary).toMatch(/^1 field waits: the lead is locked, .* \(in \d\d s\)\.$/);
    expect(view.aliases).toEqual([{ key: keyIdOf('userId', 'jane'), kind: 'userId' }]);
    await world.run(60);
    expect((await look({ userId: 'jane' })).lock.lockedUntil).toBeUndefined();
  });

  it('tells of a call that is under way', async () => {
    let during: LeadView | undefined;
    world.whileCalling(5_000, async () => {
      during = await look({ email: jane });
    });
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(10);
    expect(during?.lock.isCalling).toBe(true);
    expect(during?.summary).toMatch(/fields wait: a call to Marketo is under way/);
  });

  it('tells of a backoff, with the reason that Marketo gave', async () => {
    world.inject({ ...troubles.rest.internalError });
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(3);
    const view = await look({ email: jane });
    expect(view.lock.attempts).toBe(1);
    expect(view.summary).toMatch(/wait: (one try failed|the last call brought it no further)/);
    const told = view.timeline.find((line) => line.kind === 'step' && line.step === 'waiting');
    expect(view.summary).toContain(told?.because);
  });

  it('tells that Marketo cannot be reached by anybody', async () => {
    world.inject({ ...troubles.rest.unreachable, count: 100 });
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(3);
    const view = await look({ email: jane });
    const { closed } = await world.operations.budget();
    expect(closed?.because).toBeTypeOf('string');
    expect(view.summary).toContain(`Marketo cannot be used (${closed?.because ?? 'nothing'})`);
    expect(view.lock.heldUp).toBe(
      `Marketo cannot be used (${closed?.because ?? 'nothing'}), and all leads wait`,
    );
    expect((await world.operations.flow()).closed).toEqual(closed);
  });

  it('names the fields that Marketo lacks, and when they are looked at again', async () => {
    await world.post(identify(jane, { pants: 'blue' }));
    await world.run(90);
    const view = await look({ email: jane });
    expect(fieldOf(view, 'Pants')).toMatchObject({
      state: 'rejected',
      because: 'Marketo has no such field',
    });
    expect(fieldOf(view, 'Pants')?.until).toBeGreaterThan(view.now);
    expect(view.summary).toBe(
      'Everything else known of this person is in Marketo. Pants was rejected: Marketo has no such field.',
    );
  });

  it('names the fields that wait for Marketo to say which it has, and so does the event', async () => {
    world.inject({ ...troubles.rest.noDescription });
    await world.post(identify(jane, { firstName: 'Jane', plan: 'pro' }, { messageId: 'm1' }));
    await world.run(90);
    const view = await look({ email: jane });
    expect(fieldOf(view, 'FirstName')?.state).toBe('sent');
    expect(fieldOf(view, 'Plan')).toMatchObject({ state: 'waiting', value: 'pro' });
    expect(fieldOf(view, 'Plan')?.until).toBeGreaterThan(view.now);
    expect(view.summary).toMatch(/^1 field waits: Marketo has not said yet which fields it has/);
    const event = await world.operations.event({ messageId: 'm1' });
    expect(event?.isDone).toBe(false);
    expect(event?.summary).toMatch(/^Waiting: /);
    await world.run(3_600);
    expect(fieldOf(await look({ email: jane }), 'Plan')?.state).toBe('sent');
  });

  it('finds what is held at a key, and by the same name the lead that it becomes', async () => {
    const held = { type: 'identify', userId: 'jane', messageId: 'm1', traits: { plan: 'pro' } };
    await world.post(held);
    await world.run(1);
    const view = await look({ userId: 'jane' });
    expect(view).toMatchObject({ key: keyIdOf('userId', 'jane') });
    expect(view.lead).toBeUndefined();
    expect(fieldOf(view, 'Plan')).toMatchObject({ state: 'held', value: 'pro' });
    expect(view.summary).toMatch(/^1 field is held: no e-mail .* \(in 30 days\)\.$/);
    await world.post(identify(jane, {}));
    await world.run(3);
    const found = await look({ key: keyIdOf('userId', 'jane') });
    expect(found).toMatchObject({ lead: leadIdOf(jane) });
    expect(fieldOf(found, 'Plan')).toMatchObject({ state: 'sent' });
    expect(found.timeline.some((line) => line.kind === 'step' && line.step === 'held')).toBe(true);
  });

  it('shows dead letters, of the key that the lead is known by, too', async () => {
    const held = { type: 'identify', userId: 'jane', traits: { plan: 'pro' } };
    await world.post(held);
    await world.run(1);
    world.pass(31 * 86_400);
    await world.run(300);
    expect((await look({ userId: 'jane' })).summary).toMatch(/^Nothing is held, .* 1 dead letter/);
    await world.post(identify(jane, {}));
    await world.run(3);
    expect((await look({ email: jane })).dead).toHaveLength(1);
  });

  it('finds a visitor by their cookie in any of its forms', async () => {
    const full = cookie('12345');
    const context = { Marketo: { marketoCookie: full } };
    await world.post(identify(jane, {}, { context }));
    await world.run(40);
    for (const given of [full, encodeURIComponent(full), full.split('token:')[1] ?? '']) {
      const view = await look({ cookie: given });
      expect(view.lead).toBe(leadIdOf(jane));
      expect(view.cookies).toMatchObject([{ state: 'associated' }]);
      expect(view.aliases).toContainEqual(expect.objectContaining({ kind: 'cookie' }));
    }
  });

  it('says that a user was deleted, and shows nothing of them', async () => {
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(3);
    await world.post({ type: 'delete', userId: 'jane' });
    await world.run(3);
    for (const who of [{ email: jane }, { userId: 'jane' }]) {
      const view = await look(who);
      expect(view.summary).toMatch(/^The user was deleted at /);
      expect(view).toMatchObject({ fields: [], cookies: [], aliases: [] });
      expect(view.address).toBeUndefined();
    }
    await world.post(identify(jane, { plan: 'free' }));
    await world.run(60);
    expect((await look({ email: jane })).summary).toBe(
      'Everything known of this person is in Marketo.',
    );
  });

  it('means the lead of a userId that is an e-mail, unless it names another', async () => {
    await world.post(identify(jane, {}));
    await world.run(3);
    expect((await look({ userId: jane })).lead).toBe(leadIdOf(jane));
    await world.post({ type: 'identify', userId: jane, traits: { email: 'other@example.com' } });
    await world.run(3);
    expect((await look({ userId: jane })).lead).toBe(leadIdOf('other@example.com'));
  });

  it('is absent for names that no event had', async () => {
    expect(await world.operations.lead({ email: 'nobody@example.com' })).toBeUndefined();
    expect(await world.operations.lead({ anonymousId: 'nobody' })).toBeUndefined();
    expect(await world.operations.lead({ userId: 'nobody@example.com' })).toBeUndefined();
  });

  it('does not show what has expired', async () => {
    await world.post(identify(jane, {}));
    await world.run(3);
    world.pass(731 * 86_400);
    expect((await look({ email: jane })).fields).toEqual([]);
  });

  it.each<[Who, RegExp]>([
    [{ email: 'jane' }, /^email: .*give userId$/],
    [{ userId: '' }, /^userId: /],
    [{ anonymousId: '' }, /^anonymousId: /],
    [{ cookie: 'token' }, /^cookie: .*_mkto_trk/],
    [{ lead: jane }, /^lead: /],
    [{ key: 'jane' }, /^key: /],
  ])('refuses %j and says what to give', async (who, message) => {
    const refused = world.operations.lead(who);
    await expect(refused).rejects.toMatchObject({ code: 'bad-input' });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/jane/);
  });
});

describe('the view of an event', () => {
  it('tells each step and how long it took, the call before what came of it', async () => {
    await world.post(identify(jane, { plan: 'pro' }, { messageId: 'm1' }));
    await world.run(5);
    const view = await world.operations.event({ messageId: 'm1' });
    expect(view).toMatchObject({
      message: shortHashOf('m1'),
      messageId: 'm1',
      lead: leadIdOf(jane),
      isDone: true,
      dead: [],
    });
    expect(view?.summary).toMatch(/^Delivered: Marketo has it since /);
    const steps = view?.steps.map((line) => (line.kind === 'step' ? line.step : 'call'));
    expect(steps).toEqual(['queued', 'dropped', 'absorbed', 'call', 'synced']);
    expect(view?.steps.at(-1)?.afterMs).toBe(view?.tookMs);
    expect(await world.operations.event({ message: shortHashOf('m1') })).toMatchObject({
      messageId: 'm1',
      summary: view?.summary,
    });
  });

  it('tells why it waits, as its lead does', async () => {
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(3);
    await world.post(identify(jane, { plan: 'free' }, { messageId: 'm2' }));
    await world.run(1);
    const view = await world.operations.event({ messageId: 'm2' });
    expect(view?.isDone).toBe(false);
    expect(view?.summary).toMatch(/^Waiting: the lead is locked, /);
  });

  it('shows the dead letter that it is in', async () => {
    await world.close();
    world = await createWatched({ unknownFields: 'fail' });
    await world.post(identify(jane, { pants: 'blue' }, { messageId: 'm1' }));
    await world.run(60);
    const view = await world.operations.event({ messageId: 'm1' });
    expect(view?.dead).toMatchObject([{ messages: [shortHashOf('m1')] }]);
    expect(view?.summary).toMatch(/^Given up: Marketo has no such field: Pants/);
    expect(view?.isDone).toBe(true);
  });

  it('shows the dead letter of its visit', async () => {
    await world.post(identify(jane, {}));
    await world.run(3);
    world.inject({ target: 'munchkin', status: 400 });
    const properties = { url: 'https://example.com/' };
    await world.post({ type: 'page', userId: 'jane', messageId: 'm2', properties });
    await world.run(3);
    const view = await world.operations.event({ messageId: 'm2' });
    expect(view?.dead).toMatchObject([{ kind: 'visit' }]);
    expect(view?.summary).toMatch(/^Given up: /);
  });

  describe('whose visit is nobody’s yet', () => {
    const visit = (more: object) => ({
      type: 'page',
      messageId: 'm1',
      properties: { url: 'https://example.com/' },
      ...more,
    });
    const visitor = { context: { Marketo: { marketoCookie: cookie('11111') } } };

    it.each([
      ['anonymousId', { anonymousId: 'somebody' }, ['anonymousId', 'somebody']],
      ['userId', { userId: 'jane', anonymousId: 'somebody' }, ['userId', 'jane']],
      ['cookie', visitor, ['cookie', '_mch-example.com-1374552656411-11111']],
    ] as const)('finds its dead letter by its %s', async (_by, names, [kind, name]) => {
      world.inject({ target: 'munchkin', status: 400 });
      await world.post(visit({ anonymousId: 'somebody', ...names }));
      await world.run(3);
      expect(world.stepsOf('dead')).toMatchObject([{ lead: keyIdOf(kind, name) }]);
      const view = await world.operations.event({ messageId: 'm1' });
      expect(view?.dead).toMatchObject([{ kind: 'visit' }]);
      expect(view?.summary).toMatch(
        /^Given up: .* Its dead letter waits to be resent or dropped\.$/,
      );
    });

    it('is on the key’s page, where it is tried again', async () => {
      world.inject({ target: 'munchkin', status: 503 });
      await world.post(visit({ anonymousId: 'somebody' }));
      await world.run(3);
      const { timeline } = await look({ anonymousId: 'somebody' });
      const key = keyIdOf('anonymousId', 'somebody');
      expect(timeline.map((line) => line.kind === 'step' && [line.step, line.lead])).toEqual([
        ['visited', key],
        ['waiting', key],
      ]);
    });
  });

  it('looks for a dead letter that no item leads to page by page, and not for ever', async () => {
    const message = shortHashOf('m1');
    const letter: DeadView = {
      id: 'visit:x',
      because: 'no',
      kind: 'visit',
      fields: [],
      activities: 0,
      messages: [message],
    };
    const lines = createLinesTwin();
    lines.write(printed(world.at(), { step: 'dead', messages: [message], because: 'no' }));
    const pages: (string | undefined)[] = [];
    const summaryWith = async (last: number): Promise<string | undefined> => {
      pages.length = 0;
      const dead = {
        ...deadOver(new Map()),
        dead: (after?: string) => {
          pages.push(after);
          const isLast = pages.length === last;
          return Promise.resolve(
            isLast ? { dead: [letter] } : { dead: [], next: `${pages.length}` },
          );
        },
      };
      const { clock, twin } = world;
      const parts = createParts({ table: twin.table, clock, lines, more: { dead } });
      return (await createOperations(parts).event({ message }))?.summary;
    };
    expect(await summaryWith(3)).toMatch(/waits to be resent or dropped\.$/);
    expect(pages).toEqual([undefined, '1', '2']);
    expect(await summaryWith(Infinity)).toMatch(/Its dead letter is gone/);
    expect(pages).toHaveLength(20);
  });

  it('finds one that could not be processed on the dead-letter queue, once it is late', async () => {
    const message = shortHashOf('m1');
    const unprocessed: DeadView = {
      id: 'event',
      because: 'the worker could not process it',
      kind: 'event',
      fields: [],
      activities: 0,
      messages: [message],
    };
    let looks = 0;
    const dead = {
      ...deadOver(new Map(), [unprocessed]),
      dead: () => {
        looks += 1;
        return Promise.resolve({ dead: [unprocessed] });
      },
    };
    const lines = createLinesTwin();
    lines.write(printed(world.at(), { step: 'queued', messages: [message] }));
    const { clock, twin } = world;
    const parts = createParts({ table: twin.table, clock, lines, more: { dead } });
    const operations = createOperations(parts);
    expect((await operations.event({ message }))?.summary).toMatch(/^Queued: /);
    // To look is to receive.
    expect(looks).toBe(0);
    world.pass(3_600);
    const view = await operations.event({ message });
    expect(view).toMatchObject({ isDone: true, dead: [{ id: 'event' }] });
    expect(view?.summary).toMatch(/^Given up: the worker could not process it\./);
  });

  it('is absent for an event that no line tells of', async () => {
    expect(await world.operations.event({ messageId: 'never sent' })).toBeUndefined();
  });

  it.each([[{ messageId: '' }], [{ message: 'too short' }]])(
    'refuses %j and says what to give',
    async (which) => {
      await expect(world.operations.event(which)).rejects.toMatchObject({ code: 'bad-input' });
    },
  );
});
