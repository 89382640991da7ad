import { describe, expect, it } from 'vitest';
import { epochMs } from '../../lambdas/segment/time.ts';
import { deleteKey, receivedAt } from '../ingest/support.ts';
import { failureOf, load, nodeFetch, serveIngest } from './support.ts';

/** An event as Segment hands it over, hours after it happened on a clock that is a minute slow. */
const common = {
  messageId: 'm1',
  userId: 'u1',
  anonymousId: 'a1',
  originalTimestamp: '2026-03-01T07:59:00.000Z',
  sentAt: '2026-03-01T07:59:01.000Z',
  receivedAt: '2026-03-01T08:00:01.000Z',
  timestamp: '2026-03-01T08:00:00.000Z',
  context: { ip: '192.0.2.1', traits: { email: 'ada@example.com' } },
  integrations: {
    Marketo: { marketoCookie: 'id:561-HYG-937&token:_mch-example.com-1374552656411-90718' },
  },
  channel: 'server',
  projectId: 'project',
  version: 2,
  writeKey: 'key-of-the-source',
};
const happened = epochMs(Date.parse(common.timestamp));

describe.each([
  ['node-fetch 2, as Segment has it', nodeFetch],
  ['the fetch of Node', fetch],
])('with %s,', (_, fetch) => {
  const { onIdentify, onTrack, onPage, onGroup, onDelete, onBatch } = load({ fetch });

  it.each([
    ['identify', onIdentify, { traits: { plan: 'pro' } }],
    ['track', onTrack, { event: 'Signed Up', properties: { plan: 'pro' } }],
    ['page', onPage, { name: 'Pricing', properties: { url: 'https://www.example.com/' } }],
    ['group', onGroup, { groupId: 'acme', traits: { name: 'Acme' } }],
  ] as const)('a %s arrives as Segment had it, at the time it happened', async (type, on, own) => {
    const { sent, settings } = await serveIngest();
    await on({ ...common, type, ...own }, settings);
    expect(sent.map(({ event }) => event)).toEqual([
      {
        type,
        messageId: 'm1',
        messageHash: expect.any(String) as string,
        order: expect.any(String) as string,
        userId: 'u1',
        anonymousId: 'a1',
        context: common.context,
        integrations: common.integrations,
        timestamp: happened,
        receivedAt,
        source: { name: 'default', kind: 'browser' },
        ...own,
      },
    ]);
  });

  it('an event goes out under the write key of the settings, and no other', async () => {
    const { seen, settings } = await serveIngest();
    const endpoint = ` ${settings.endpoint}/ `;
    await onPage({ ...common, type: 'page' }, { endpoint, writeKey: `${settings.writeKey}\n` });
    expect(seen).toMatchObject([
      { path: '/v1/batch', headers: { authorization: `Bearer ${settings.writeKey}` } },
    ]);
    expect(JSON.stringify(seen)).not.toContain(common.writeKey);
  });

  it.each([
    ['receivedAt', happened + 1_000],
    ['originalTimestamp', happened - 60_000],
  ] as const)('an event without a timestamp happened at its %s', async (name, time) => {
    const { sent, settings } = await serveIngest();
    const none = { timestamp: null, receivedAt: null, originalTimestamp: null };
    await onPage({ ...common, type: 'page', ...none, [name]: common[name] }, settings);
    expect(sent.map(({ event: { timestamp } }) => timestamp)).toEqual([time]);
  });

  it('an event of the editor that names no type is what its handler is for', async () => {
    const { sent, settings } = await serveIngest();
    await onTrack({ userId: 'u1', event: 'Signed Up' }, settings);
    expect(sent).toMatchObject([{ event: { type: 'track', event: 'Signed Up' } }]);
  });

  it('a delete with a key that may not delete is refused', async () => {
    const { sent, settings } = await serveIngest();
    const deleting = onDelete({ ...common, type: 'delete' }, settings);
    await expect(deleting).rejects.toThrow(/delete_not_allowed/);
    expect(sent).toEqual([]);
  });

  it('a delete reaches the door', async () => {
    const { seen, settings } = await serveIngest();
    await onDelete({ ...common, type: 'delete' }, { ...settings, writeKey: deleteKey });
    expect(seen).toMatchObject([{ events: [{ type: 'delete', userId: 'u1', messageId: 'm1' }] }]);
  });

  it('three identifies of one millisecond keep their order', async () => {
    const { sent, settings } = await serveIngest();
    const events = ['c', 'a', 'b'].map((messageId) => ({ ...common, type: 'identify', messageId }));
    expect(await onBatch(events, settings)).toEqual(events.map(() => ({ status: 200 })));
    expect(sent.map(({ event }) => event.messageId)).toEqual(['c', 'a', 'b']);
    const orders = sent.map(({ event }) => event.order);
    expect([...orders].sort()).toEqual(orders);
  });

  it('an event that is kept from Marketo counts as delivered', async () => {
    const { sent, settings } = await serveIngest();
    await onPage({ ...common, type: 'page', integrations: { All: false } }, settings);
    expect(sent).toEqual([]);
  });
});

describe('a call that Marketo has no use for', () => {
  const handlers = load();

  it.each(['Alias', 'Screen'] as const)('(%s) costs no request', async (call) => {
    const { seen, settings } = await serveIngest();
    const type = call.toLowerCase();
    const why = `Marketo has no use for ${type} calls`;
    const failure = await failureOf(handlers[`on${call}`]({ ...common, type }, settings));
    expect(failure).toBe(`EventNotSupported: ${why}`);
    expect(await handlers.onBatch([{ ...common, type }], settings)).toEqual([
      { status: 400, errormessage: why },
    ]);
    expect(seen).toEqual([]);
  });
});
