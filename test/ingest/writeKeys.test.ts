import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basic, deleteKey, ingestWith, request, serverKey, writeKey } from './support.ts';

const page = { userId: 'u', messageId: 'm', type: 'page' };
const statusOf = async (path: string, body: unknown, headers: Record<string, string> = {}) =>
  (await ingestWith().post(request(path, body, { headers }))).status;

describe('the write key', () => {
  it.each<[string, Record<string, string>]>([
    ['the user of Basic', { Authorization: basic(writeKey) }],
    ['the user of Basic, whatever the password', { authorization: basic(writeKey, 'a:b') }],
    ['a Bearer token', { authorization: `Bearer ${writeKey}` }],
    ['a Bearer token in any case', { AUTHORIZATION: `bearer ${writeKey}` }],
    ['another one that is active', { authorization: `Bearer the-next-write-key` }],
  ])('may be %s', async (_name, headers) => {
    expect(await statusOf('/v1/page', page, headers)).toBe(200);
  });

  it('may be in the body of a call, of a batch, or of the items of a batch', async () => {
    expect(await statusOf('/v1/page', { ...page, writeKey })).toBe(200);
    expect(await statusOf('/v1/b', { writeKey, batch: [page] })).toBe(200);
    expect(await statusOf('/v1/import', { batch: [page, { ...page, writeKey }] })).toBe(200);
    const blank = {
      writeKey: '',
      batch: [
        { ...page, writeKey: null },
        { ...page, writeKey },
      ],
    };
    expect(await statusOf('/v1/batch', blank)).toBe(200);
  });

  it('in the body counts where the header holds none', async () => {
    const headers = [{ authorization: basic('') }, { authorization: 'Digest x' }, { a: 'b' }];
    for (const each of headers) {
      expect(await statusOf('/v1/page', { ...page, writeKey }, each)).toBe(200);
    }
  });

  it('in the header is enough where the body holds another', async () => {
    const wrong = { ...page, writeKey: 'wrong' };
    expect(await statusOf('/v1/page', wrong, { authorization: basic(writeKey) })).toBe(200);
  });

  it('of the first item that has one decides for its batch', async () => {
    const batch = [
      { ...page, writeKey: 'wrong' },
      { ...page, writeKey },
    ];
    expect(await statusOf('/v1/batch', { batch })).toBe(401);
    expect(await statusOf('/v1/batch', { batch, writeKey })).toBe(200);
  });

  it('is missing where no place holds it', async () => {
    for (const body of [page, [], 'text', null, { writeKey: 5 }, { writeKey: [writeKey] }]) {
      expect(await statusOf('/v1/page', JSON.stringify(body))).toBe(401);
    }
    expect(await statusOf('/v1/batch', { batch: [page, null, 'x'] })).toBe(401);
    expect(await statusOf('/v1/page', `{"__proto__":{"writeKey":"${writeKey}"}}`)).toBe(401);
  });

  it('is asked for in words that say where it may be', async () => {
    const { said } = await ingestWith().post(request('/v1/page', page, { headers: {} }));
    expect(said).toMatchObject({ success: false, code: 'unauthorized' });
    expect(said.message).toMatch(/Basic.*Bearer.*writeKey in the body/);
  });

  it('that is wrong keeps the body closed, and one that is nowhere costs no look at the secret', async () => {
    const { post } = ingestWith({
      senders: () => Promise.reject(new Error('nobody may ask')),
    });
    expect((await post(request('/v1/page', page, { headers: {} }))).status).toBe(401);
    const headers = { authorization: basic('wrong') };
    expect((await ingestWith().post(request('/v1/page', '{', { headers }))).status).toBe(401);
  });

  it.each([
    [writeKey, { name: 'default', kind: 'browser' }],
    [serverKey, { name: 'server', kind: 'server' }],
    [deleteKey, { name: 'delete', kind: 'browser' }],
  ])('stamps its events with its source and never with itself: %s', async (key, source) => {
    const { post, sent } = ingestWith();
    const headers = { authorization: basic(key) };
    await post(
      request('/v1/batch', { batch: [{ ...page, source: { kind: 'server' } }] }, { headers }),
    );
    expect(sent).toMatchObject([{ event: { source } }]);
    expect(JSON.stringify(sent)).not.toContain(key);
  });

  it('travels no further than the door', async () => {
    const { post, sent, lines } = ingestWith();
    await post(request('/v1/page', { ...page, writeKey }, { headers: {} }));
    expect(sent).toHaveLength(1);
    expect(JSON.stringify([sent, lines])).not.toContain(writeKey);
  });

  it('is never another text, wherever that stands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.nat(2), async (key, place) => {
        fc.pre(key.split(':')[0] !== writeKey && key.trim() !== writeKey);
        const headers = [{ authorization: basic(key) }, { authorization: `Bearer ${key}` }, {}];
        const body = place === 2 ? { ...page, writeKey: key } : page;
        expect(await statusOf('/v1/page', body, headers[place])).toBe(401);
      }),
    );
  });
});
