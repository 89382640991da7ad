import { afterEach, describe, expect, it } from 'vitest';
import { createRestMarketo } from '../../../lambdas/marketo/rest/restClient.ts';
import type { LeadRules } from '../../../lambdas/marketo/rest/leadRules.ts';
import type { Update } from '../../../lambdas/marketo/marketoTypes.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import type { SchemaInput } from '../../../simulator/schema/shape.ts';
import type { ServedSimulator } from '../../../simulator/server.ts';
import { serveSimulator } from '../../../simulator/server.ts';
import { updateOf } from '../soap/updates.ts';

const munchkinId = '561-HYG-937';
const rest = { clientId: 'client', clientSecret: 'secret' };
const open: ServedSimulator[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) {
    expect(one.simulator.lockFaults).toBe(0);
    await one.close();
  }
});

/** An instance with the client against it, and a clock that a test moves. */
const start = async (rules: Partial<LeadRules> = {}, schema: SchemaInput = {}) => {
  let now = epochMs(Date.UTC(2026, 0, 15, 18));
  const clock = { now: () => now };
  const credentials = { userId: 'user', encryptionKey: 'key' };
  const served = await serveSimulator({ port: 0, clock, munchkinId, credentials, rest, schema });
  open.push(served);
  const marketo = createRestMarketo({
    endpoint: served.restEndpoint,
    munchkinId,
    clock,
    credentials: () => Promise.resolve(rest),
    rules,
  });
  const pass = (seconds: number): void => {
    now = epochMs(now + seconds * 1_000);
  };
  const { simulator } = served;
  const requests = () => simulator.calls().map(({ operation }) => operation);
  return {
    simulator,
    pass,
    requests,
    plan: (updates: readonly Update[]) => marketo.plan(updates),
    sync: (updates: readonly Update[], mayStart?: () => Promise<boolean>) =>
      marketo.sync(updates, epochMs(now + 100_000), mayStart),
    /** Makes two leads with this e-mail; the first was made first and changed last. */
    twice: (email: string): [first: number, second: number] => {
      const first = simulator.createLead({ email }).id;
      pass(60);
      const second = simulator.duplicateLead(first).id;
      pass(60);
      simulator.changeLead(first, { fields: { City: 'Oslo' } });
      pass(60);
      return [first, second];
    },
  };
};
const ann = updateOf('Ann@example.com', { FirstName: 'Ann' });
const bob = updateOf('bob@example.com', { FirstName: 'Bob' });
const nameOf = (marketo: Awaited<ReturnType<typeof start>>, id: number) =>
  marketo.simulator.leads().find((lead) => lead.id === id)?.fields['FirstName'];

describe('a lead whose e-mail several leads have', () => {
  it('is the one changed last, and its company in the call is written as ever', async () => {
    const marketo = await start();
    const [first, second] = marketo.twice('ann@example.com');
    expect(await marketo.sync([ann, bob])).toEqual({
      each: [
        { kind: 'synced', marketoId: first, foundId: first },
        { kind: 'synced', marketoId: expect.any(Number) as number, isCreated: true },
      ],
    });
    expect([nameOf(marketo, first), nameOf(marketo, second)]).toEqual(['Ann', undefined]);
    expect(marketo.requests()).toEqual(['leads', 'getLeads', 'leads']);
  });

  it('costs one request where its id is known, and shares it with others of its kind alone', async () => {
    const marketo = await start();
    const [first] = marketo.twice('ann@example.com');
    const known: Update = { ...ann, marketoId: first, byId: true };
    expect(marketo.plan([known, bob]).map((call) => call.length)).toEqual([1, 1]);
    await marketo.sync([known]);
    expect(marketo.requests()).toEqual(['leads']);
    expect(nameOf(marketo, first)).toBe('Ann');
  });

  it('is the one made first where the setting says so', async () => {
    const marketo = await start({ duplicates: 'oldest' });
    const [first, second] = marketo.twice('ann@example.com');
    marketo.simulator.changeLead(second, { fields: { City: 'Rome' } });
    marketo.pass(60);
    expect(await marketo.sync([ann])).toMatchObject({ each: [{ foundId: first }] });
  });

  it('stays refused where the setting says so, and is not looked up', async () => {
    const marketo = await start({ duplicates: 'refuse' });
    marketo.twice('ann@example.com');
    expect(await marketo.sync([ann])).toMatchObject({
      each: [{ kind: 'refused', isOfLead: true }],
    });
    expect(marketo.requests()).toEqual(['leads']);
  });

  it('is found among 300 others with three requests more, page by page', async () => {
    const marketo = await start();
    const updates = Array.from({ length: 300 }, (_, n) =>
      updateOf(`a${n}@example.com`, { City: 'x' }),
    );
    const ids = updates.map(({ email }) => {
      const first = marketo.simulator.createLead({ email }).id;
      return [first, marketo.simulator.duplicateLead(first).id];
    });
    marketo.pass(60);
    expect(await marketo.sync(updates)).toEqual({
      each: ids.map(([, last]) => ({ kind: 'synced', marketoId: last, foundId: last })),
    });
    expect(marketo.requests()).toEqual(['leads', 'getLeads', 'getLeads', 'leads']);
  });

  it('is looked up in halves where Marketo finds more than 1,000 leads', async () => {
    const marketo = await start();
    const updates = [ann, bob];
    for (const { email } of updates) {
      const { id } = marketo.simulator.createLead({ email });
      for (let more = 0; more < 599; more += 1) marketo.simulator.duplicateLead(id);
    }
    marketo.pass(60);
    expect(await marketo.sync(updates)).toMatchObject({
      each: [
        { kind: 'synced', foundId: 600 },
        { kind: 'synced', foundId: 1_200 },
      ],
    });
  });

  it('waits with its id where the budget has no request left to write', async () => {
    const marketo = await start();
    const [first] = marketo.twice('ann@example.com');
    let left = 2;
    const mayStart = () => Promise.resolve((left -= 1) >= 0);
    expect(await marketo.sync([ann], mayStart)).toEqual({
      each: [{ kind: 'retry', because: 'the budget of calls had none left', foundId: first }],
    });
    left = 1;
    expect(await marketo.sync([ann], mayStart)).toEqual({
      each: [{ kind: 'retry', because: 'the budget of calls had none left' }],
    });
  });

  it('tells all others that Marketo is closed where the search is throttled', async () => {
    const marketo = await start();
    marketo.twice('ann@example.com');
    marketo.simulator.inject({ target: 'getLeads', code: '606' });
    expect(await marketo.sync([ann, bob])).toMatchObject({
      each: [{ kind: 'unavailable' }, { kind: 'synced' }],
      unavailable: { kind: 'unavailable' },
    });
  });

  it('closes Marketo to nobody where the API user may not search', async () => {
    const marketo = await start();
    marketo.twice('ann@example.com');
    marketo.simulator.inject({ target: 'getLeads', code: '603' });
    expect(await marketo.sync([ann])).toEqual({
      each: [
        {
          kind: 'refused',
          isOfLead: true,
          because: expect.stringMatching(/1007.*could not be looked up.*603/) as string,
        },
      ],
    });
  });

  it('ends with the reason where its e-mail has a comma, by which Marketo parts values', async () => {
    const marketo = await start();
    marketo.twice('"doe,ann"@example.com');
    expect(await marketo.sync([updateOf('"doe,ann"@example.com', { City: 'x' }), bob])).toEqual({
      each: [
        {
          kind: 'refused',
          isOfLead: true,
          because: expect.stringMatching(/1007.*could not be looked up.*comma/) as string,
        },
        { kind: 'synced', marketoId: expect.any(Number) as number, isCreated: true },
      ],
    });
    expect(marketo.requests()).toEqual(['leads']);
  });

  it('is not known by an id that Marketo lost before the write', async () => {
    const marketo = await start();
    const known: Update = { ...ann, marketoId: 77, byId: true };
    expect(await marketo.sync([known])).toMatchObject({
      each: [{ kind: 'retry', isLeadGone: true }],
    });
  });

  it('keeps its e-mail out of every address', async () => {
    const marketo = await start();
    marketo.twice('ann@example.com');
    marketo.simulator.inject({ target: 'getLeads', code: '604' });
    const answer = await marketo.sync([ann]);
    expect(answer).toMatchObject({ each: [{ kind: 'retry' }] });
    expect(JSON.stringify(answer)).not.toContain('ann@');
  });
});

const partitions = [
  { name: 'Default' },
  { name: 'Europe' },
  { name: 'Asia' },
  { name: 'Closed', writable: false },
];

describe('the partition in the settings', () => {
  it('takes new leads', async () => {
    const marketo = await start({ partition: 'Europe' }, { partitions });
    await marketo.sync([ann]);
    expect(marketo.simulator.leads()).toMatchObject([{ partition: 'Europe' }]);
  });

  it('that is another than a known lead’s costs no search', async () => {
    const marketo = await start({ partition: 'Europe' }, { partitions });
    const { id } = marketo.simulator.createLead({ email: ann.email, partition: 'Asia' });
    marketo.pass(60);
    await marketo.sync([{ ...ann, marketoId: id }]);
    expect(marketo.requests()).toEqual(['leads', 'leads']);
  });

  it('is not looked into for a lead that its id does not open either', async () => {
    const marketo = await start({ partition: 'Europe' }, { partitions });
    const { id } = marketo.simulator.createLead({ email: ann.email, partition: 'Closed' });
    marketo.pass(60);
    expect(await marketo.sync([{ ...ann, marketoId: id, byId: true }])).toMatchObject({
      each: [{ kind: 'refused', isOfLead: true }],
    });
    expect(marketo.requests()).toEqual(['leads']);
  });

  it.each([
    ['known', true],
    ['unknown', false],
  ])('fails no update of a lead in another one whose id is %s', async (_, isKnown) => {
    const marketo = await start({ partition: 'Europe' }, { partitions });
    const { id } = marketo.simulator.createLead({ email: ann.email, partition: 'Asia' });
    marketo.pass(60);
    expect(await marketo.sync([isKnown ? { ...ann, marketoId: id } : ann])).toEqual({
      each: [{ kind: 'synced', marketoId: id, foundId: id }],
    });
    expect(marketo.simulator.leads()).toMatchObject([
      { id, partition: 'Asia', fields: { FirstName: 'Ann' } },
    ]);
  });

  it('that is closed to us lets leads of others be updated, and makes none', async () => {
    const marketo = await start({ partition: 'Closed' }, { partitions });
    const { id } = marketo.simulator.createLead({ email: ann.email });
    marketo.pass(60);
    expect(await marketo.sync([ann, bob])).toMatchObject({
      each: [
        { kind: 'synced', foundId: id },
        { kind: 'refused', isOfLead: true },
      ],
    });
  });
});

describe('the setting marketo.leads', () => {
  it('updateOnly ends what is said of a lead that Marketo does not have', async () => {
    const marketo = await start({ leads: 'updateOnly' });
    marketo.simulator.createLead({ email: bob.email });
    marketo.pass(60);
    expect(await marketo.sync([ann, bob])).toMatchObject({
      each: [
        {
          kind: 'refused',
          isBySetting: true,
          because: 'Marketo does not have the lead, and marketo.leads is updateOnly',
        },
        { kind: 'synced' },
      ],
    });
    expect(marketo.simulator.leads()).toHaveLength(1);
  });

  it.each(['1004', '1013'])('updateOnly takes %s for the same', async (code) => {
    const marketo = await start({ leads: 'updateOnly' });
    marketo.simulator.createLead({ email: ann.email });
    marketo.pass(60);
    marketo.simulator.inject({ target: 'leads', level: 'record', code });
    expect(await marketo.sync([ann])).toMatchObject({
      each: [{ kind: 'refused', isBySetting: true }],
    });
  });

  it('createOnly ends what is said of a lead that Marketo has', async () => {
    const marketo = await start({ leads: 'createOnly' });
    marketo.simulator.createLead({ email: bob.email });
    marketo.pass(60);
    expect(await marketo.sync([ann, bob])).toMatchObject({
      each: [
        { kind: 'synced', isCreated: true },
        { kind: 'refused', isBySetting: true },
      ],
    });
  });

  it('createOnly asks nothing about a lead whose id is known', async () => {
    const marketo = await start({ leads: 'createOnly' });
    expect(await marketo.sync([{ ...ann, marketoId: 1 }])).toMatchObject({
      each: [{ kind: 'refused', isBySetting: true }],
    });
    expect(marketo.requests()).toEqual([]);
  });
});

describe('a call whose leads are found by different fields', () => {
  it('asks for each kind, and gives up none that a closed Marketo kept from its id', async () => {
    const marketo = await start();
    marketo.twice('ann@example.com');
    const { id } = marketo.simulator.createLead({ email: 'old@example.com' });
    marketo.pass(60);
    const renamed: Update = { ...bob, marketoId: id, byId: true };
    expect(await marketo.sync([renamed, updateOf('eve@example.com', { City: 'x' })])).toMatchObject(
      {
        each: [
          { kind: 'synced', marketoId: id },
          { kind: 'synced', isCreated: true },
        ],
      },
    );
    marketo.pass(60);
    let left = 1;
    const mayStart = () => Promise.resolve((left -= 1) >= 0);
    expect(await marketo.sync([ann, renamed], mayStart)).toMatchObject({
      each: [{ kind: 'retry' }, { kind: 'retry' }],
    });
  });
});

describe('the lookup field', () => {
  const rules = { lookupField: 'customerNumber' };
  const numbered = updateOf('ann@example.com', { customerNumber: 42, FirstName: 'Ann' });

  it('finds a lead that has another e-mail, which changes', async () => {
    const marketo = await start(rules);
    const { id } = marketo.simulator.createLead({
      email: 'old@example.com',
      fields: { customerNumber: '42' },
    });
    marketo.pass(60);
    expect(await marketo.sync([numbered])).toEqual({ each: [{ kind: 'synced', marketoId: id }] });
    expect(marketo.simulator.leads()).toMatchObject([{ id, email: 'ann@example.com' }]);
  });

  it('is used by those that say it; others go by e-mail, and known ones by id', async () => {
    const marketo = await start(rules);
    const { id } = marketo.simulator.createLead({ email: 'eve@example.com' });
    marketo.pass(60);
    const eve = updateOf('eve@example.com', { FirstName: 'Eve' }, { marketoId: id });
    expect(marketo.plan([numbered, bob, eve])).toEqual([[numbered], [bob], [eve]]);
    expect(await marketo.sync([numbered, bob, eve])).toMatchObject({
      each: [
        { kind: 'synced', isCreated: true },
        { kind: 'synced', isCreated: true },
        { kind: 'synced', marketoId: id },
      ],
    });
  });

  it('that Marketo does not search lets all wait until the settings are right', async () => {
    const marketo = await start({ lookupField: 'title' });
    expect(await marketo.sync([updateOf('ann@example.com', { Title: 'Dr' }), bob])).toEqual({
      whole: {
        kind: 'unavailable',
        worked: false,
        because: expect.stringContaining('marketo.lookupField') as string,
      },
    });
  });

  it('that several leads share is looked up by itself', async () => {
    const marketo = await start(rules);
    const first = marketo.simulator.createLead({
      email: 'one@example.com',
      fields: { customerNumber: '42' },
    });
    marketo.pass(60);
    const last = marketo.simulator.createLead({
      email: 'two@example.com',
      fields: { customerNumber: '42' },
    });
    marketo.pass(60);
    expect(await marketo.sync([numbered])).toMatchObject({ each: [{ foundId: last.id }] });
    expect(marketo.simulator.leads().find(({ id }) => id === first.id)?.email).toBe(
      'one@example.com',
    );
  });
});
