import { describe, expect, it } from 'vitest';
import type { EpochMs } from '../../../lambdas/segment/time.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { updateOf } from '../soap/updates.ts';
import { manualDeadline, never } from '../deadline.ts';
import { credentials, failure, now, scriptedMarketo, success, tokenAnswer } from './scripted.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);
const ada = [updateOf('ada@example.com', { FirstName: 'Ada' })];
const ok = success({ id: 1, status: 'updated' });
const synced = { each: [{ kind: 'synced', marketoId: 1 }] };
const unavailable = (because: string) => ({
  whole: { kind: 'unavailable', because, worked: false },
});
const bearers = () => marketo.received().map(({ headers }) => headers.authorization);

describe('a token', () => {
  it('is asked for with the credentials in the body, never in an address', async () => {
    marketo.script(ok);
    await marketo.client().sync(ada, deadline);
    const [request] = marketo.asked();
    expect(request).toMatchObject({
      method: 'POST',
      path: '/identity/oauth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    });
  });

  it('is asked for at the identity endpoint where one is set', async () => {
    marketo.script(ok);
    const identityEndpoint = `${marketo.endpoint()}/identity/elsewhere/`;
    await marketo.client({ identityEndpoint }).sync(ada, deadline);
    expect(marketo.asked()[0]?.path).toBe('/identity/elsewhere/oauth/token');
  });

  it('is asked for once by concurrent callers', async () => {
    marketo.script(ok);
    const client = marketo.client();
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.sync(ada, deadline)));
    expect(answers).toEqual(Array.from({ length: 8 }, () => synced));
    expect(marketo.asked()).toHaveLength(1);
  });

  it('is kept until a minute before it expires', async () => {
    marketo.tokens(tokenAnswer('t1', 600), tokenAnswer('t2', 600));
    marketo.script(ok);
    let at: EpochMs = now;
    const client = marketo.client({ clock: { now: () => at } });
    for (const seconds of [0, 539, 540]) {
      at = epochMs(now + seconds * 1_000);
      await client.sync(ada, epochMs(at + 5_000));
    }
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  it('with little of its life left is used, but not kept', async () => {
    marketo.tokens(tokenAnswer('t1', 20), tokenAnswer('t2', 3_600));
    marketo.script(ok);
    const client = marketo.client();
    for (let call = 0; call < 3; call += 1) await client.sync(ada, deadline);
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
  });

  it('is asked for anew after a failure, with the credentials of then', async () => {
    marketo.tokens({ status: 401, body: '{"error":"invalid_client"}' }, tokenAnswer('t2'));
    marketo.script(ok);
    let asked = 0;
    const client = marketo.client({
      credentials: () => Promise.resolve({ ...credentials, clientId: `client${++asked}` }),
    });
    await client.sync(ada, deadline);
    expect(await client.sync(ada, deadline)).toEqual(synced);
    expect(marketo.asked().map(({ body }) => new URLSearchParams(body).get('client_id'))).toEqual([
      'client1',
      'client2',
    ]);
  });
});

describe('a token that Marketo refuses', () => {
  it.each(['601', '602'])('with %s is renewed once, and the request repeated', async (code) => {
    marketo.tokens(tokenAnswer('t1'), tokenAnswer('t2'));
    marketo.script(failure({ code, message: '' }), ok);
    const client = marketo.client();
    expect(await client.sync(ada, deadline)).toEqual(synced);
    await client.sync(ada, deadline);
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
    const [first, second] = marketo.received().map(({ body }) => body);
    expect(second).toBe(first);
  });

  it('with HTTP 401 is renewed once, too', async () => {
    marketo.tokens(tokenAnswer('t1'), tokenAnswer('t2'));
    marketo.script({ status: 401, body: '<html>' }, ok);
    expect(await marketo.client().sync(ada, deadline)).toEqual(synced);
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('twice makes Marketo unavailable, with no call made; the next call starts afresh', async () => {
    const refused = failure({ code: '602', message: '' });
    marketo.tokens(tokenAnswer('t1'), tokenAnswer('t2'), tokenAnswer('t3'));
    marketo.script(refused, refused, ok);
    const client = marketo.client();
    expect(await client.sync(ada, deadline)).toEqual(
      unavailable('the access token had expired (602)'),
    );
    expect(await client.sync(ada, deadline)).toEqual(synced);
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t3']);
  });

  it('by concurrent requests is renewed once for all of them', async () => {
    marketo.tokens(tokenAnswer('t1'), tokenAnswer('t2'));
    const refused = failure({ code: '602', message: '' });
    marketo.script(ok, refused, refused, refused, ok);
    const client = marketo.client();
    await client.sync(ada, deadline);
    const answers = await Promise.all(Array.from({ length: 3 }, () => client.sync(ada, deadline)));
    expect(answers).toEqual([synced, synced, synced]);
    expect(marketo.asked()).toHaveLength(2);
  });

  it('is renewed in the middle of a call’s cookies, too', async () => {
    marketo.tokens(tokenAnswer('t1'), tokenAnswer('t2'));
    marketo.script(ok, failure({ code: '601', message: '' }), success());
    const [update] = ada;
    if (!update) throw new Error('no update');
    const answer = await marketo.client().sync([{ ...update, cookie: '_mch-a.b-1-2' }], deadline);
    expect(answer).toEqual(synced);
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
  });
});

describe('no token', () => {
  const broken = 'no access token: ';

  it('where Marketo does not accept the credentials: it says which ones', async () => {
    marketo.tokens({ status: 401, body: '{"error":"invalid_client"}' });
    expect(await marketo.client().sync(ada, deadline)).toEqual(
      unavailable(
        'Marketo does not accept the credentials: check restClientId and restClientSecret in the Marketo secret',
      ),
    );
    expect(marketo.received()).toHaveLength(0);
  });

  it.each([
    ['restClientId', { clientId: ' ', clientSecret: 'x' }],
    ['restClientSecret', { clientId: 'x', clientSecret: '' }],
  ])('where %s is blank: nobody is asked', async (name, blank) => {
    const client = marketo.client({ credentials: () => Promise.resolve(blank) });
    expect(await client.sync(ada, deadline)).toEqual(
      unavailable(`${name} is blank: fill it in in the Marketo secret`),
    );
    expect(marketo.asked()).toHaveLength(0);
  });

  it('where the credentials cannot be read', async () => {
    const reading = () => Promise.reject(new Error('The secret is not JSON'));
    expect(await marketo.client({ credentials: reading }).sync(ada, deadline)).toEqual(
      unavailable('the credentials of Marketo’s REST API cannot be read: The secret is not JSON'),
    );
  });

  it.each([
    ['an HTML page', 200, '<html>'],
    ['an empty body', 200, ''],
    ['no token', 200, '{"token_type":"bearer","expires_in":3599}'],
    ['a token that no header can carry', 200, '{"access_token":"a\\nb","expires_in":3599}'],
    ['no life', 200, '{"access_token":"t1"}'],
    ['a gateway’s error', 503, '{"access_token":"t1","expires_in":3599}'],
    ['a bad request', 400, '{"error":"unsupported_grant_type"}'],
  ])('where the answer is %s', async (_what, status, body) => {
    marketo.tokens({ status, body });
    expect(await marketo.client().sync(ada, deadline)).toEqual(
      unavailable(`${broken}Marketo answered HTTP ${status} without a token that we can read`),
    );
  });

  it('where the connection breaks: the lead’s call was not made', async () => {
    marketo.tokens({
      do: (socket) => {
        socket.destroy();
      },
    });
    expect(await marketo.client().sync(ada, deadline)).toEqual(
      unavailable(`${broken}the connection to Marketo broke (ECONNRESET)`),
    );
  });

  it('in time for one caller ends that one’s wait alone', async () => {
    const { abortAfter, pass } = manualDeadline();
    const shortMs = 40;
    let answer: (() => void) | undefined;
    marketo.tokens({
      do: (socket) => {
        pass();
        const body = JSON.stringify({ access_token: 't1', expires_in: 3_599 });
        answer = () => {
          socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
        };
      },
    });
    marketo.script(ok);
    const client = marketo.client({
      abortAfter: (ms) => (ms === shortMs ? abortAfter() : never()),
    });
    const [short, long] = [client.sync(ada, epochMs(now + shortMs)), client.sync(ada, deadline)];
    expect(await short).toEqual(unavailable(`${broken}Marketo did not answer in time`));
    answer?.();
    expect(await long).toEqual(synced);
    expect(marketo.asked()).toHaveLength(1);
  });

  it('is waited for by nobody: the question ends with its last caller', async () => {
    const { abortAfter, pass } = manualDeadline();
    const shortMs = 40;
    const closed = new Promise<void>((resolve) => {
      marketo.tokens(
        {
          do: (socket) => {
            socket.once('close', () => {
              resolve();
            });
            pass();
          },
        },
        tokenAnswer('t2'),
      );
    });
    marketo.script(ok);
    const client = marketo.client({
      abortAfter: (ms) => (ms === shortMs ? abortAfter() : never()),
    });
    await client.sync(ada, epochMs(now + shortMs));
    await closed;
    expect(await client.sync(ada, deadline)).toEqual(synced);
  });
});

describe('the secret', () => {
  it('is in no verdict, no error and no address', async () => {
    const said: string[] = [];
    const steps = [
      { status: 401, body: `{"error_description":"${credentials.clientSecret}"}` },
      { status: 400, body: credentials.clientSecret },
      { status: 200, body: `{"access_token":"${credentials.clientSecret} x"}` },
    ];
    for (const step of steps) {
      marketo.tokens(step);
      said.push(JSON.stringify(await marketo.client().sync(ada, deadline)));
      await marketo
        .client()
        .fields(deadline)
        .catch((error: unknown) => said.push(String(error), JSON.stringify(error)));
    }
    said.push(...marketo.asked().map(({ path }) => path));
    expect(said).toHaveLength(3 * 5);
    for (const text of said) expect(text).not.toMatch(/sEcReT/);
  });
});
