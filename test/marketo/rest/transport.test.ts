import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { leadTiming } from '../../../lambdas/limits.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { manualDeadline } from '../deadline.ts';
import { updateOf } from '../soap/updates.ts';
import { now, scriptedMarketo, success } from './scripted.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);
const call = [updateOf('ada@example.com', { FirstName: 'Ada' })];
const sync = (options = {}, until = deadline) => marketo.client(options).sync(call, until);
const identityEndpoint = () => `${marketo.endpoint()}/identity`;
const unavailable = (because: string, worked: boolean) => ({
  whole: { kind: 'unavailable', because, worked },
});
const unsent = (because: string) => ({
  whole: { kind: 'unavailable', because, worked: false, isUnsent: true },
});
const unreadable = (status: number, worked = true) =>
  unavailable(`Marketo answered HTTP ${status} without a JSON answer that we can read`, worked);
const html = '<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>';

describe('answers that are none of Marketo’s', () => {
  it.each([
    ['a gateway’s HTML page', 504, html],
    ['an HTML page with status 200', 200, html],
    ['an empty body', 200, ''],
    ['an empty error', 503, ''],
    ['XML', 200, '<?xml version="1.0"?><a/>'],
    ['truncated JSON', 200, '{"success": true, "result": [{"id"'],
    ['JSON of another kind', 200, '[1, 2]'],
    ['JSON null', 200, 'null'],
    ['JSON without a success', 200, '{"requestId": "1", "result": []}'],
    ['a result that is no list', 200, '{"success": true, "result": {}}'],
    ['records that are none', 200, '{"success": true, "result": ["x"]}'],
    ['a record whose reasons are none', 200, '{"success": true, "result": [{"reasons": "x"}]}'],
    ['a success with an error status', 503, '{"success": true, "result": []}'],
    ['a failure without errors and with an error status', 503, '{"success": false}'],
    ['a page that is not found', 404, html],
    ['a forbidden page', 403, html],
  ])(
    '%s (HTTP %i) makes Marketo unavailable, and may have been worked on',
    async (_name, status, body) => {
      marketo.script({ status, body });
      expect(await sync()).toEqual(unreadable(status));
    },
  );

  it.each([401, 429])('HTTP %i turned the request away before any work', async (status) => {
    marketo.script({ status, body: html });
    expect(await sync()).toEqual(unreadable(status, false));
  });

  it('a redirection is not followed with the lead’s data', async () => {
    marketo.script({ status: 302, headers: { Location: marketo.endpoint() }, body: '' });
    expect(await sync()).toEqual(unreadable(302));
    expect(marketo.received()).toHaveLength(1);
  });

  it('an answer with a byte order mark is read', async () => {
    const body = `\ufeff${JSON.stringify({ success: true, result: [{ id: 1, status: 'updated' }] })}`;
    marketo.script({ body });
    expect(await sync()).toEqual({ each: [{ kind: 'synced', marketoId: 1 }] });
  });

  it('an answer beyond all bounds is not read to its end', async () => {
    let isClosed = false;
    const closed = new Promise<void>((resolve) => {
      marketo.script({
        do: (socket) => {
          const chunk = Buffer.alloc(1_000_000, 32);
          const more = (): void => {
            while (!isClosed && socket.write(chunk));
          };
          socket.once('close', () => {
            isClosed = true;
            resolve();
          });
          socket.on('error', () => undefined).on('drain', more);
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
          more();
        },
      });
    });
    expect(await sync()).toEqual(
      unavailable('the connection to Marketo broke (ANSWER_TOO_LONG)', true),
    );
    await closed;
  });
});

describe('broken connections', () => {
  it.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.end()],
  ])('a connection that is %s before an answer may have been worked on', async (_name, end) => {
    marketo.script({
      do: (socket) => {
        end(socket);
      },
    });
    expect(await sync()).toEqual(unavailable('the connection to Marketo broke (ECONNRESET)', true));
  });

  it('a connection that is closed within the answer may have been worked on', async () => {
    marketo.script({
      do: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"success"'),
    });
    expect(await sync()).toMatchObject({
      whole: {
        kind: 'unavailable',
        worked: true,
        because: expect.stringContaining('broke') as string,
      },
    });
  });

  it('an answer that is no HTTP may have been worked on', async () => {
    marketo.script({ do: (socket) => socket.end('hello\r\n') });
    expect(await sync()).toMatchObject({ whole: { kind: 'unavailable', worked: true } });
  });

  it('a port where nobody listens was never reached', async () => {
    const endpoint = await unusedEndpoint();
    expect(await sync({ endpoint, identityEndpoint: identityEndpoint() })).toEqual(
      unavailable('no connection to Marketo (ECONNREFUSED)', false),
    );
  });

  it('a handshake that fails comes before the request', async () => {
    const endpoint = marketo.endpoint().replace('http:', 'https:');
    const answer = await sync({ endpoint, identityEndpoint: identityEndpoint() });
    expect(answer).toMatchObject({
      whole: {
        kind: 'unavailable',
        worked: false,
        because: expect.stringMatching(/^no connection to Marketo \(/) as string,
      },
    });
    expect(marketo.received()).toHaveLength(0);
  });

  it('a handshake that does not end before the deadline carried no request', async () => {
    const { abortAfter, pass } = manualDeadline();
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const endpoint = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const closed = new Promise((resolve) => {
      silent.on('connection', (socket) => {
        socket
          .on('error', () => undefined)
          .once('close', resolve)
          .once('data', pass);
      });
    });
    const answer = await sync({ endpoint, identityEndpoint: identityEndpoint(), abortAfter });
    expect(answer).toEqual(unavailable('Marketo did not answer in time', false));
    await closed;
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('the deadline', () => {
  it('ends a call that gets no answer, and its connection with it', async () => {
    const { abortAfter, pass } = manualDeadline();
    const closed = new Promise<void>((resolve) => {
      marketo.script({
        do: (socket) => {
          socket.once('close', () => {
            resolve();
          });
          pass();
        },
      });
    });
    expect(await sync({ abortAfter })).toEqual(unavailable('Marketo did not answer in time', true));
    await closed;
  });

  it('ends a call whose answer drips', async () => {
    const { abortAfter, pass } = manualDeadline();
    marketo.script({
      do: (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"suc', pass),
    });
    expect(await sync({ abortAfter })).toEqual(unavailable('Marketo did not answer in time', true));
  });

  it('that has passed makes no request at all', async () => {
    expect(await sync({}, now)).toEqual(unsent('no time was left for the call'));
    expect(marketo.asked()).toHaveLength(0);
  });
});

describe('a request', () => {
  const workedMs = leadTiming.marketoWorksMs;
  const cookie = '_mch-example.com-1-abcd';
  const both = call.map((update) => ({ ...update, cookie }));
  const body = JSON.stringify({ success: true, result: [{ id: 1, status: 'updated' }] });

  /** A client whose clock moves while the server answers in this way. */
  const slow = (answered: string, status = 200) => {
    let at: number = now;
    return {
      clock: { now: () => epochMs(at) },
      after: (ms: number) => ({
        do: (socket: Socket) => {
          at += ms;
          socket.end(
            `HTTP/1.1 ${status} OK\r\nContent-Length: ${answered.length}\r\n\r\n${answered}`,
          );
        },
      }),
    };
  };

  it('starts only while Marketo has time for it before the deadline', async () => {
    const late = epochMs(now + workedMs + 10_000);
    const { clock, after } = slow(body);
    marketo.script(after(10_000), success());
    expect(await marketo.client({ clock }).sync(both, late)).toEqual({
      each: [{ kind: 'synced', marketoId: 1 }],
    });
    const later = slow(body);
    marketo.script(later.after(10_001), success());
    expect(await marketo.client({ clock: later.clock }).sync(both, late)).toEqual({
      each: [{ kind: 'synced', marketoId: 1, cookie: 'pending' }],
    });
    expect(marketo.received()).toHaveLength(3);
  });

  it('does not start after a token that was long in coming', async () => {
    const { clock, after } = slow(JSON.stringify({ access_token: 't1', expires_in: 3_599 }));
    marketo.tokens(after(10_001));
    const answer = await sync({ clock }, epochMs(now + workedMs + 10_000));
    expect(answer).toEqual(unsent('no time was left for the call'));
    expect(marketo.received()).toHaveLength(0);
  });

  it('does not start after a slot that was long in coming', async () => {
    let at: number = now;
    const mayStart = () => Promise.resolve((at += 10_001) > 0);
    const client = marketo.client({ clock: { now: () => epochMs(at) } });
    const until = epochMs(now + workedMs + 10_000);
    expect(await client.sync(call, until, mayStart)).toEqual(
      unsent('no time was left for the call'),
    );
    expect(marketo.received()).toHaveLength(0);
  });

  it('keeps no connection for later', async () => {
    marketo.script(success({ id: 1, status: 'created' }));
    await sync();
    for (const { headers } of [...marketo.received(), ...marketo.asked()])
      expect(headers.connection).toBe('close');
  });
});

const unusedEndpoint = async (): Promise<string> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
};
