import { describe, expect, it } from 'vitest';
import { basic, deleteKey, ingestWith, request, writeKey } from './support.ts';

const page = { type: 'page', userId: 'u', messageId: 'm' };
const jitsu = '/api/s/page';
const beacon = '/beacon/v1/batch';
const inQuery = (key: string) => ({ queryStringParameters: { writeKey: key } });

describe('a write key', () => {
  it.each<[string, string, unknown, Parameters<typeof request>[2]]>([
    [
      'in the body, where the header holds the token of an OAuth sender',
      '/v1/batch',
      { batch: [page], writeKey },
      { headers: { authorization: 'Bearer an.access.token' } },
    ],
    [
      'in the body, where Basic names another',
      '/v1/page',
      { ...page, writeKey },
      { headers: { authorization: basic('another') } },
    ],
    ['in X-Write-Key', jitsu, page, { headers: { 'x-write-key': writeKey } }],
    [
      'in X-Write-Key of any case, with a secret behind it, and masked in the body',
      jitsu,
      { ...page, writeKey: '***' },
      { headers: { 'X-Write-Key': `${writeKey}:secret` } },
    ],
    ['in the query', beacon, { batch: [page] }, { headers: {}, ...inQuery(writeKey) }],
  ])('opens %s', async (_where, path, body, more) => {
    const { post, sent } = ingestWith();
    expect((await post(request(path, body, more))).status).toBe(200);
    expect(sent.map(({ event }) => event.messageId)).toEqual(['m']);
  });

  it.each<[string, Parameters<typeof request>[2]]>([
    ['a header', { headers: { authorization: basic('another') } }],
    ['X-Write-Key', { headers: { 'x-write-key': `another:${writeKey}` } }],
    ['the query', { headers: {}, ...inQuery('another') }],
  ])('that is none of ours in %s is told nothing of the body', async (_where, more) => {
    for (const body of ['{', 'x'.repeat(7_000_000), JSON.stringify(page)]) {
      const { post, sent } = ingestWith();
      expect((await post(request('/v1/page', body, more))).status).toBe(401);
      expect(sent).toEqual([]);
    }
  });

  it('deletes where it may, wherever it stands', async () => {
    const batch = [{ type: 'delete', userId: 'u' }];
    const headers = { authorization: 'Bearer an.access.token' };
    const { post, sent } = ingestWith();
    await post(request('/v1/batch', { batch, writeKey: deleteKey }, { headers }));
    expect(sent.map(({ event }) => event.type)).toEqual(['delete']);
    const refused = await post(request('/v1/batch', { batch, writeKey }, { headers }));
    expect(refused.said.errors).toMatchObject([{ code: 'delete_not_allowed' }]);
  });
});

describe('a refusal', () => {
  it('says why as message and as error, since Ruby’s SDK logs that', async () => {
    const { said } = await ingestWith().post(request('/v1/page', '{}', { headers: {} }));
    expect(said).toMatchObject({ message: expect.stringContaining('write key') as string });
    expect(said).toMatchObject({ error: said.message });
  });
});

describe('what analytics.js measures of itself', () => {
  it('is answered without being read, with or without a key', async () => {
    const { post, sent, lines, troubles } = ingestWith();
    const { answer, said } = await post(request('/v1/m', '{"series":[', { headers: {} }));
    expect([answer.statusCode, said]).toEqual([200, { success: true }]);
    expect([sent, lines, troubles]).toEqual([[], [], []]);
  });
});
