import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRestMarketo } from '../../../lambdas/marketo/rest/restClient.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import type { ServedSimulator } from '../../../simulator/server.ts';
import { serveSimulator } from '../../../simulator/server.ts';
import { activityAt, order } from '../../support/mailboxes.ts';
import { updateOf } from '../soap/updates.ts';

const munchkinId = '561-HYG-937';
const rest = { clientId: 'a client', clientSecret: 'a+secret/=' };
const cookie = '_mch-example.com-1374552656411-90718';
let now = epochMs(Date.UTC(2026, 0, 15, 18));
const clock = { now: () => now };
const later = () => epochMs(now + 20_000);
let simulator: ServedSimulator;

beforeAll(async () => {
  const credentials = { userId: 'demo17_1', encryptionKey: '27272727aa' };
  simulator = await serveSimulator({ port: 0, clock, munchkinId, credentials, rest });
});
afterAll(() => simulator.close());

const client = (known = rest) =>
  createRestMarketo({
    endpoint: simulator.restEndpoint,
    munchkinId,
    clock,
    credentials: () => Promise.resolve(known),
  });
const leadOf = (email: string) => simulator.simulator.leads(email)[0];

describe('the client and the simulated Marketo, each written from the facts alone', () => {
  it('agree on leads, their fields and a cookie', async () => {
    const ada = updateOf(
      'ada@example.com',
      { FirstName: 'Ada <&> "L"', LastName: ' 🦊\n' },
      { cookie },
    );
    const marketo = client();
    const [call = []] = marketo.plan([ada, updateOf('bob@example.com', { FirstName: 'Bob' })]);
    expect(await marketo.sync(call, later())).toEqual({
      each: [
        { kind: 'synced', marketoId: expect.any(Number) as number, isCreated: true },
        { kind: 'synced', marketoId: expect.any(Number) as number, isCreated: true },
      ],
    });
    expect(JSON.stringify(leadOf('ada@example.com'))).toContain(JSON.stringify('Ada <&> "L"'));
    expect(JSON.stringify(leadOf('ada@example.com'))).toContain(cookie);
    expect(JSON.stringify(leadOf('bob@example.com'))).not.toContain(cookie);
    expect(simulator.simulator.lockFaults).toBe(0);
  });

  it('agree on a cookie that comes later, without an upsert', async () => {
    const first = await client().sync([updateOf('zoe@example.com', { FirstName: 'Z' })], later());
    const marketoId =
      'each' in first && first.each[0]?.kind === 'synced' && first.each[0].marketoId;
    if (typeof marketoId !== 'number') throw new Error('Zoe has no id');
    now = epochMs(now + 60_000);
    const zoe = updateOf('zoe@example.com', {}, { cookie: '_mch-example.com-1-abcdef', marketoId });
    expect(await client().sync([zoe], later())).toEqual({ each: [{ kind: 'synced', marketoId }] });
    expect(JSON.stringify(leadOf('zoe@example.com'))).toContain('_mch-example.com-1-abcdef');
  });

  it('agree on a cookie that is none, and on a lead that is none', async () => {
    const bad = updateOf('x@example.com', {}, { cookie: 'pants', marketoId: 1 });
    expect(await client().sync([bad], later())).toMatchObject({
      each: [{ kind: 'synced', cookie: { because: 'Marketo does not accept the cookie (1012)' } }],
    });
    const gone = updateOf('y@example.com', {}, { cookie, marketoId: 999_999 });
    expect(await client().sync([gone], later())).toMatchObject({
      each: [{ kind: 'retry', isLeadGone: true }],
    });
  });

  it('agree on which fields there are, and on one that there is not', async () => {
    const fields = await client().fields(later());
    expect(fields.get('FirstName')).toEqual({ type: 'string', length: 255 });
    expect(fields.get('DateofBirth')).toEqual({ type: 'date' });
    expect(fields.get('CreatedAt')).toEqual({ type: 'datetime', readOnly: true });
    expect(fields.get('Logins')).toEqual({ type: 'integer' });
    expect(fields.has('pants')).toBe(false);
    const eve = updateOf('eve@example.com', { FirstName: 'Eve', pants: 'blue', socks: 'red' });
    const answer = await client().sync(
      [eve, updateOf('uma@example.com', { FirstName: 'U' })],
      later(),
    );
    expect(answer).toMatchObject({
      each: [
        { kind: 'field-refused', fields: ['pants', 'socks'], unknown: true },
        { kind: 'synced' },
      ],
    });
  });

  it('agree on a value of the wrong type beside good records', async () => {
    const kim = updateOf('kim@example.com', { FirstName: 'Kim', LeadScore: '14.1' });
    const answer = await client().sync(
      [kim, updateOf('lee@example.com', { FirstName: 'L' })],
      later(),
    );
    expect(answer).toMatchObject({
      each: [{ kind: 'field-refused', fields: ['LeadScore'], unknown: false }, { kind: 'synced' }],
    });
  });

  it('agree on null, which clears a field', async () => {
    await client().sync([updateOf('nil@example.com', { FirstName: 'Nil', City: 'Oslo' })], later());
    now = epochMs(now + 60_000);
    await client().sync([updateOf('nil@example.com', { City: null })], later());
    const lead = JSON.stringify(leadOf('nil@example.com'));
    expect(lead).toContain('Nil');
    expect(lead).not.toContain('Oslo');
  });

  it('agree on custom activities, of leads that are new, known, and gone', async () => {
    const did = (id: string, attributes = {}) => activityAt(order(0, 0, id), id, attributes);
    const act = updateOf('act@example.com', {}, { activities: [did('o1', { total: 19.9 })] });
    const answer = await client().sync([act], later());
    expect(answer).toMatchObject({ each: [{ kind: 'synced', activities: [{ kind: 'added' }] }] });
    const marketoId = simulator.simulator.leads('act@example.com')[0]?.id ?? 0;
    const more = { ...act, marketoId, activities: [did('o2'), did('o3', { items: 'many' })] };
    const gone = updateOf('gone@example.com', {}, { marketoId: 999_999, activities: [did('o4')] });
    expect(await client().sync([more, gone], later())).toMatchObject({
      each: [
        {
          activities: [
            { kind: 'added' },
            { kind: 'refused', because: 'Marketo cannot take a value (1003): items' },
          ],
        },
        { activities: [{ kind: 'retry', isLeadGone: true }] },
      ],
    });
    expect(simulator.simulator.activities('act@example.com')).toMatchObject([
      { date: '2026-11-23T12:00:00Z', primaryAttributeValue: 'o1', attributes: { total: '19.9' } },
      { primaryAttributeValue: 'o2' },
    ]);
    expect(simulator.simulator.lockFaults).toBe(0);
  });

  it('agree on 300 activities in one request', async () => {
    const activities = Array.from({ length: 300 }, (_, n) =>
      activityAt(order(n, 0, `${n}`), `o${n}`),
    );
    const many = updateOf('busy@example.com', {}, { activities });
    const marketo = client();
    expect(marketo.plan([many])).toEqual([[many]]);
    expect(await marketo.sync([many], later())).toMatchObject({
      each: [{ activities: activities.map(() => ({ kind: 'added' })) }],
    });
  });

  it('agree on tokens: one for their life, and then the next', async () => {
    const marketo = client();
    const sync = (name: string) => marketo.sync([updateOf(`${name}@example.com`)], later());
    expect(await sync('t1')).toMatchObject({ each: [{ kind: 'synced' }] });
    const asked = simulator.simulator.tokenRequests().length;
    expect(await sync('t2')).toMatchObject({ each: [{ kind: 'synced' }] });
    expect(simulator.simulator.tokenRequests()).toHaveLength(asked);
    now = epochMs(now + 3_600_000);
    expect(await sync('t3')).toMatchObject({ each: [{ kind: 'synced' }] });
    expect(simulator.simulator.tokenRequests()).toHaveLength(asked + 1);
  });

  it('agree on credentials that are wrong', async () => {
    const wrong = { ...rest, clientSecret: 'x' };
    expect(await client(wrong).sync([updateOf('a@example.com')], later())).toMatchObject({
      whole: {
        kind: 'unavailable',
        worked: false,
        because: expect.stringContaining('check restClientId') as string,
      },
    });
  });

  it('agree on 300 leads in one call', async () => {
    const leads = Array.from({ length: 300 }, (_, index) =>
      updateOf(`many${index}@example.com`, { FirstName: `N${index}` }),
    );
    const marketo = client();
    const calls = marketo.plan(leads);
    expect(calls).toHaveLength(1);
    expect(await marketo.sync(leads, later())).toEqual({
      each: leads.map(() => ({
        kind: 'synced',
        marketoId: expect.any(Number) as number,
        isCreated: true,
      })),
    });
  });
});
