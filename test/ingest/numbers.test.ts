import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonIn } from '../../lambdas/http/body.ts';
import { ingestWith, request, webhookSecret } from './support.ts';

const identify = (id: string): string => `{"userId":${id},"messageId":"m","traits":{"id":${id}}}`;

describe('a number beyond 2^53', () => {
  it.each(['9223372036854775788', '9223372036854775789', '9007199254740992', '-9007199254740993'])(
    'as a userId is that person and no other: %s',
    async (id) => {
      const { post, sent } = ingestWith();
      expect((await post(request('/v1/identify', identify(id)))).status).toBe(200);
      expect(sent[0]?.event).toMatchObject({ userId: id, traits: { id } });
    },
  );

  it('is exact, whatever integer it is', () => {
    fc.assert(
      fc.property(fc.bigInt(), (id) => {
        const read = jsonIn(Buffer.from(`{"a":[${id}]}`)) as { readonly a: readonly unknown[] };
        expect(String(read.a[0])).toBe(String(id));
      }),
    );
  });

  it('that another program has rounded already is refused, with the name of the field', async () => {
    const { invoke, sent } = ingestWith();
    const answer = await invoke({ type: 'page', userId: 2 ** 53 });
    expect(answer).toMatchObject({
      success: false,
      errors: [{ field: 'userId', code: 'id_not_exact' }],
    });
    expect(sent).toEqual([]);
  });

  it.each(['1e400', '1e20'])('that is no integer in digits is refused: %s', async (id) => {
    const { status, said } = await ingestWith().post(request('/v1/identify', identify(id)));
    expect([status, said.field, said.code]).toEqual([400, 'userId', 'id_not_exact']);
  });

  it('changes nothing of a signature of a first element alone', async () => {
    const first = { type: 'page', userId: 'u', messageId: 'm', properties: { total: 2 ** 60 } };
    const signature = createHmac('sha1', webhookSecret).update(JSON.stringify(first)).digest('hex');
    const { post } = ingestWith();
    const body = JSON.stringify([first, { ...first, messageId: 'm2' }]);
    const headers = { 'x-signature': signature };
    expect((await post(request('/v1/webhook', body, { headers }))).status).toBe(200);
  });
});
