import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { updateOf } from '../soap/updates.ts';
import { munchkinId, now, scriptedMarketo, success } from './scripted.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);
const written = (id: number) => ({ id, status: 'updated' });
const body = (at = 0): unknown => JSON.parse(marketo.received()[at]?.body ?? 'null');

describe('the request for leads', () => {
  it('creates or updates by e-mail, with the token in the header and nowhere else', async () => {
    marketo.script(success(written(1), written(2)));
    await marketo
      .client()
      .sync(
        [updateOf('ada@example.com', { FirstName: 'Ada' }), updateOf('bob@example.com')],
        deadline,
      );
    const [request] = marketo.received();
    expect(request).toMatchObject({
      method: 'POST',
      path: '/rest/v1/leads.json',
      headers: { authorization: 'Bearer t1', 'content-type': 'application/json' },
    });
    expect(body()).toEqual({
      action: 'createOrUpdate',
      lookupField: 'email',
      input: [{ email: 'ada@example.com', firstName: 'Ada' }, { email: 'bob@example.com' }],
    });
  });

  it('names the partition where one is set', async () => {
    marketo.script(success(written(1)));
    const partition = 'Europe "west"';
    await marketo.client({ rules: { partition } }).sync([updateOf('ada@example.com')], deadline);
    expect(body()).toMatchObject({ partitionName: partition, lookupField: 'email' });
  });

  it('translates the names of standard fields and keeps all others', async () => {
    marketo.script(success(written(1)));
    const fields = {
      DateofBirth: '2010-05-07',
      SICCode: '7',
      'Marketo Jigsaw Contact Id': 'j',
      EmailInvalid: true,
      Second_favorite_color: 'red',
      firstname: 'x',
      __proto__x: 1,
    };
    await marketo.client().sync([updateOf('ada@example.com', fields)], deadline);
    expect(body()).toMatchObject({
      input: [
        {
          email: 'ada@example.com',
          dateOfBirth: '2010-05-07',
          sicCode: '7',
          jigsawContactId: 'j',
          emailInvalid: true,
          Second_favorite_color: 'red',
          firstname: 'x',
          __proto__x: 1,
        },
      ],
    });
  });

  it('carries a field that is called __proto__ like any other', async () => {
    marketo.script(success(written(1)));
    const fields = [{ name: '__proto__', value: 'x' }];
    await marketo.client().sync([{ ...updateOf('ada@example.com'), fields }], deadline);
    expect(marketo.received()[0]?.body).toContain('"__proto__":"x"');
  });

  it('has values of their own types, and null to clear a field', async () => {
    marketo.script(success(written(1)));
    const fields = {
      A: 'text',
      B: 1.5,
      C: false,
      D: null,
      E: '',
      F: Infinity,
      G: 'a\u0000\ud800b',
    };
    await marketo.client().sync([updateOf('ada@example.com', fields)], deadline);
    expect(body()).toMatchObject({
      input: [{ A: 'text', B: 1.5, C: false, D: null, E: '', F: 'Infinity', G: 'a\ufffdb' }],
    });
  });

  it('has one e-mail a lead, its own', async () => {
    marketo.script(success(written(1)));
    const fields = { Email: 'eve@example.com', email: 'mal@example.com' };
    await marketo.client().sync([updateOf('Ada@Example.com', fields)], deadline);
    expect(body()).toMatchObject({ input: [{ email: 'Ada@Example.com' }] });
    expect(marketo.received()[0]?.body).not.toMatch(/eve|mal/);
  });

  it.each(['', '/', '/rest', '/rest/'])('goes to the endpoint with “%s” after it', async (end) => {
    marketo.script(success(written(1)));
    const client = marketo.client({ endpoint: marketo.endpoint() + end });
    await client.sync([updateOf('ada@example.com')], deadline);
    expect(marketo.received()[0]?.path).toBe('/rest/v1/leads.json');
    expect(marketo.asked()[0]?.path).toBe('/identity/oauth/token');
  });

  it.each([0, 301])('is not made for %i leads', async (count) => {
    const updates = Array.from({ length: count }, (_, index) => updateOf(`a${index}@example.com`));
    await expect(marketo.client().sync(updates, deadline)).rejects.toThrow(
      `A call takes 1 to 300 leads, not ${count}: send what plan() returns.`,
    );
  });

  it('is not made above 1 MB: the call is refused, to be halved', async () => {
    const big = 'x'.repeat(600_000);
    const call = ['a', 'b'].map((name) => updateOf(`${name}@example.com`, { Notes: big }));
    expect(await marketo.client().sync(call, deadline)).toEqual({
      whole: {
        kind: 'refused',
        because: 'the call is larger than the 1 MB that Marketo takes',
      },
    });
    expect(marketo.received()).toHaveLength(0);
  });

  it('is made for a planned call that fills the 1 MB to the last byte', async () => {
    const [ada, bob] = [updateOf('ada@example.com', { A: 'ü🦊' }), updateOf('bob@example.com')];
    const client = marketo.client();
    marketo.script(success(written(1), written(2)));
    await client.sync([ada, bob], deadline);
    const room = 1_000_000 - Buffer.byteLength(marketo.received()[0]?.body ?? '');
    const filled = (more: number) =>
      updateOf('bob@example.com', { B: 'x'.repeat(room - 7 + more) });
    expect(client.plan([ada, filled(0)])).toHaveLength(1);
    expect(client.plan([ada, filled(1)])).toHaveLength(2);
    expect(await client.sync([ada, filled(0)], deadline)).toMatchObject({ each: [{}, {}] });
    expect(Buffer.byteLength(marketo.received()[1]?.body ?? '')).toBe(1_000_000);
    expect(await client.sync([ada, filled(1)], deadline)).toMatchObject({
      whole: { kind: 'refused' },
    });
  });
});

describe('the answers for records', () => {
  const call = ['a', 'b', 'c'].map((name) => updateOf(`${name}@example.com`, { FirstName: name }));

  it('belong to the leads by their position', async () => {
    marketo.script(
      success({ id: 11, status: 'created' }, { status: 'skipped', reasons: [] }, written(13)),
    );
    expect(await marketo.client().sync(call, deadline)).toEqual({
      each: [
        { kind: 'synced', marketoId: 11, isCreated: true },
        {
          kind: 'retry',
          because: 'Marketo skipped the lead without a reason',
          attempts: 8,
        },
        { kind: 'synced', marketoId: 13 },
      ],
    });
  });

  it('are told as they are where Marketo gives a status that it does not document', async () => {
    const odd = (status: string) => ({ id: 7, status });
    marketo.script(success(odd('merged'), odd('a@example.com'), written(13)));
    expect(await marketo.client().sync(call, deadline)).toMatchObject({
      each: [
        {
          kind: 'retry',
          because: 'Marketo answered the status "merged" for the lead, which it does not document',
        },
        { kind: 'retry', because: 'Marketo skipped the lead without a reason' },
        { kind: 'synced' },
      ],
    });
  });

  it('name the HTTP status that came, where they are none', async () => {
    marketo.script({ status: 202, body: '{"success":true,"result":["x"]}' });
    expect(await marketo.client().sync(call, deadline)).toMatchObject({
      whole: { because: 'Marketo answered HTTP 202 without a JSON answer that we can read' },
    });
  });

  it.each([[[written(1)]], [[written(1), written(2), written(3), written(4)]], [[]]])(
    'tell nothing where there are more or fewer of them than leads',
    async (list) => {
      marketo.script(success(...list));
      expect(await marketo.client().sync(call, deadline)).toEqual({
        whole: {
          kind: 'unavailable',
          because: `Marketo answered for ${list.length} leads when asked for 3`,
          worked: true,
        },
      });
    },
  );

  it('are synced without an id where Marketo does not tell it', async () => {
    marketo.script(success({ status: 'updated' }, { id: 0, status: 'updated' }, written(3)));
    expect(await marketo.client().sync(call, deadline)).toEqual({
      each: [{ kind: 'synced' }, { kind: 'synced' }, { kind: 'synced', marketoId: 3 }],
    });
  });
});

describe('an e-mail address beyond ASCII', () => {
  const refused = {
    kind: 'refused',
    isOfLead: true,
    because: 'Marketo’s REST API takes no e-mail address with characters beyond ASCII',
  };
  const uwe = updateOf('üwe@example.com', { FirstName: 'Uwe' });

  it('is refused before the call, and the other leads go', async () => {
    marketo.script(success(written(1), written(3)));
    const call = [updateOf('a@example.com'), uwe, updateOf('c@example.com')];
    expect(await marketo.client().sync(call, deadline)).toEqual({
      each: [{ kind: 'synced', marketoId: 1 }, refused, { kind: 'synced', marketoId: 3 }],
    });
    expect(body()).toMatchObject({
      input: [{ email: 'a@example.com' }, { email: 'c@example.com' }],
    });
  });

  it('alone makes no request', async () => {
    const withCookie = { ...uwe, cookie: '_mch-example.com-1-abcd' };
    const client = marketo.client({ munchkinId });
    expect(await client.sync([withCookie], deadline)).toEqual({ each: [refused] });
    expect(marketo.received()).toHaveLength(0);
    expect(marketo.asked()).toHaveLength(0);
  });

  it('shares the fate of a call that fails as a whole', async () => {
    marketo.script({ status: 413, body: '' });
    expect(await marketo.client().sync([uwe, updateOf('a@example.com')], deadline)).toMatchObject({
      whole: { kind: 'refused' },
    });
  });
});
