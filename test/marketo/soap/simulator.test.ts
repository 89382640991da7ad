import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSoapMarketo } from '../../../lambdas/marketo/soap/soapClient.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import type { ServedSimulator } from '../../../simulator/server.ts';
import { serveSimulator } from '../../../simulator/server.ts';
import { updateOf } from './updates.ts';

const credentials = { userId: 'demo17_1_809934544BFABAE58E5D27', encryptionKey: '27272727aa' };
const munchkinId = '561-HYG-937';
let now = epochMs(Date.UTC(2026, 0, 15, 18));
const clock = { now: () => now };
const later = () => epochMs(now + 20_000);
let simulator: ServedSimulator;

beforeAll(async () => {
  simulator = await serveSimulator({ port: 0, clock, munchkinId, credentials });
});
afterAll(() => simulator.close());

const client = (known = credentials) =>
  createSoapMarketo({
    endpoint: simulator.soapEndpoint,
    munchkinId,
    clock,
    credentials: () => Promise.resolve(known),
  });

describe('the client and the simulated Marketo, each written from the facts alone', () => {
  it('agree on a lead with a cookie, and on reading it back', async () => {
    const cookie = '_mch-example.com-1374552656411-90718';
    const ada = updateOf(
      'ada@example.com',
      { FirstName: 'Ada <&> "L"', LastName: ' 🦊\n' },
      { cookie },
    );
    const answer = await client().sync([ada], later());
    expect(answer).toMatchObject({
      each: [{ kind: 'synced', marketoId: expect.any(Number) as number }],
    });
    const [lead] = await client().getLead('ada@example.com', later());
    expect(lead).toMatchObject({
      email: 'ada@example.com',
      attributes: { FirstName: 'Ada <&> "L"', LastName: ' 🦊\n' },
    });
    expect(simulator.simulator.lockFaults).toBe(0);
  });

  it('agree on many leads', async () => {
    const leads = Array.from({ length: 20 }, (_, index) =>
      updateOf(`lead${index}@example.com`, { FirstName: `N${index}` }),
    );
    const answer = await client().sync(leads, later());
    expect(answer).toEqual({
      each: leads.map(() => ({
        kind: 'synced',
        marketoId: expect.any(Number) as number,
        isCreated: true,
      })),
    });
    expect(await client().getLead('lead7@example.com', later())).toMatchObject([
      { attributes: { FirstName: 'N7' } },
    ]);
  });

  it('agree on which fields there are, and on one that there is not', async () => {
    const fields = await client().fields(later());
    expect(fields.get('FirstName')).toEqual({ type: 'string', length: 255 });
    expect(fields.get('DateofBirth')).toEqual({ type: 'date' });
    expect(fields.get('InferredCompany')).toEqual({ type: 'string', length: 255, readOnly: true });
    expect(fields.get('Logins')).toEqual({ type: 'integer' });
    expect(fields.has('pants')).toBe(false);
    const eve = updateOf('eve@example.com', { FirstName: 'Eve', pants: 'blue', socks: 'red' });
    expect(await client().sync([eve], later())).toMatchObject({
      whole: { kind: 'field-refused', fields: ['pants', 'socks'], unknown: true },
    });
    expect(await client().getLead('eve@example.com', later())).toEqual([]);
  });

  it('agree on credentials that are wrong', async () => {
    const wrong = { ...credentials, encryptionKey: 'x' };
    expect(await client(wrong).sync([updateOf('a@example.com')], later())).toMatchObject({
      whole: { kind: 'unavailable', worked: false },
    });
  });

  it('agree on the lock: a lead again too soon is a failure of that lead', async () => {
    const zoe = updateOf('zoe@example.com', { FirstName: 'Zoe' });
    await client().sync([zoe], later());
    now = epochMs(now + 29_000);
    expect(await client().sync([zoe], later())).toMatchObject({ whole: { kind: 'retry' } });
    now = epochMs(now + 31_000);
    expect(await client().sync([zoe], later())).toMatchObject({ each: [{ kind: 'synced' }] });
  });
});
