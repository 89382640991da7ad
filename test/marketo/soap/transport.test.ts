import { describe, expect, it } from 'vitest';
import { transportVerdict } from '../../../lambdas/marketo/transport.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { leadTiming } from '../../../lambdas/limits.ts';
import { manualDeadline } from '../deadline.ts';
import { credentials, envelope, now, scriptedMarketo, syncLeadAnswer } from './scripted.ts';
import { updateOf } from './updates.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);
const call = [updateOf('ada@example.com', { FirstName: 'Ada' })];
const sync = (options = {}, until = deadline) => marketo.client(options).sync(call, until);
const unavailable = (because: string, worked: boolean) => ({
  whole: { kind: 'unavailable', because, worked },
});
const unsent = (because: string) => ({
  whole: { kind: 'unavailable', because, worked: false, isUnsent: true },
});
const unreadable = (status: number, worked = true) =>
  unavailable(`Marketo answered HTTP ${status} without a SOAP message that we can read`, worked);

describe('answers without a SOAP message', () => {
  const html = '<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>';

  it.each([
    ['a gateway’s HTML page', 502, html],
    ['a well-formed HTML page', 503, '<html><body>busy</body></html>'],
    ['an HTML page with status 200', 200, html],
    ['a well-formed HTML page with status 200', 200, '<html><body>welcome</body></html>'],
    ['an empty body', 200, ''],
    ['an empty error', 503, ''],
    ['JSON', 200, '{"success": true}'],
    ['a JSON error', 500, '{"success": false}'],
    ['truncated XML', 200, envelope('').slice(0, 80)],
    [
      'an envelope cut off within the body',
      200,
      envelope('<ns1:successSyncLead><result>').slice(0, -40),
    ],
    ['an empty SOAP body', 200, envelope('')],
    ['an empty SOAP body as an error', 500, envelope('')],
    [
      'an envelope without a body',
      200,
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>',
    ],
    ['an element that no operation has', 200, envelope('<ns1:successPants/>')],
    [
      'the answer of another operation',
      200,
      envelope('<ns1:successGetLead><result><count>0</count></result></ns1:successGetLead>'),
    ],
    ['an answer without a result', 200, envelope('<ns1:successSyncLead/>')],
    [
      'a status that we do not know',
      200,
      envelope(
        '<ns1:successSyncLead><result><leadId>1</leadId><syncStatus><leadId>1</leadId><status>MAYBE</status></syncStatus></result></ns1:successSyncLead>',
      ),
    ],
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

  it('a success that comes with an error status is none', async () => {
    marketo.script({ ...syncLeadAnswer(7, 'CREATED'), status: 500 });
    expect(await sync()).toEqual(unreadable(500));
  });

  it('a redirection is not followed with the lead’s data', async () => {
    marketo.script({ status: 302, headers: { Location: marketo.endpoint() }, body: '' });
    expect(await sync()).toEqual(unreadable(302));
    expect(marketo.received()).toHaveLength(1);
  });
});

describe('broken connections', () => {
  it.each([
    [
      'reset',
      (socket: { resetAndDestroy(): void }) => {
        socket.resetAndDestroy();
      },
    ],
    [
      'closed',
      (socket: { end(): void }) => {
        socket.end();
      },
    ],
  ])('a connection that is %s before an answer may have been worked on', async (_name, end) => {
    marketo.script({ do: end });
    expect(await sync()).toEqual(unavailable('the connection to Marketo broke (ECONNRESET)', true));
  });

  it('a connection that is closed within the answer may have been worked on', async () => {
    marketo.script({
      do: (socket) =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<?xml version="1.0"?>'),
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
    expect(await sync({ endpoint })).toEqual(
      unavailable('no connection to Marketo (ECONNREFUSED)', false),
    );
  });

  it('a host that has no address was never reached', () => {
    expect(
      transportVerdict({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'a SOAP message'),
    ).toMatchObject({
      worked: false,
    });
    expect(
      transportVerdict({ code: 'ETIMEDOUT', syscall: 'connect' }, 'a SOAP message'),
    ).toMatchObject({
      worked: false,
    });
    expect(transportVerdict({ code: 'CERT_HAS_EXPIRED' }, 'a SOAP message')).toMatchObject({
      worked: false,
    });
    expect(
      transportVerdict({ code: 'ETIMEDOUT', syscall: 'read' }, 'a SOAP message'),
    ).toMatchObject({
      worked: true,
    });
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
      do: (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<?xml', pass),
    });
    expect(await sync({ abortAfter })).toEqual(unavailable('Marketo did not answer in time', true));
  });

  describe('leaves Marketo the 90 s that it may work: no call starts', () => {
    const until = epochMs(now + leadTiming.marketoWorksMs + 10_000);
    const late = unsent('no time was left for the call');
    /** A client whose clock shows `ms` later once `wait` was called. */
    const waiting = (ms: number) => {
      let at: number = now;
      const wait = () => void (at += ms);
      return { wait, clock: { now: () => epochMs(at) } };
    };

    it.each([
      [10_000, 1],
      [10_001, 0],
    ])('after credentials that took %i ms (%i requests)', async (ms, requests) => {
      marketo.script(syncLeadAnswer(1, 'UPDATED'));
      const { wait, clock } = waiting(ms);
      const slow = () => {
        wait();
        return Promise.resolve(credentials);
      };
      let asked = 0;
      const mayStart = () => Promise.resolve(++asked > 0);
      const client = marketo.client({ clock, credentials: slow });
      const answer = await client.sync(call, until, mayStart);
      expect(answer).toEqual(requests === 0 ? late : { each: [{ kind: 'synced', marketoId: 1 }] });
      expect([marketo.received().length, asked]).toEqual([requests, requests]);
    });

    it.each([
      [10_000, 1],
      [10_001, 0],
    ])('after a slot that took %i ms (%i requests)', async (ms, requests) => {
      marketo.script(syncLeadAnswer(1, 'UPDATED'));
      const { wait, clock } = waiting(ms);
      const mayStart = () => {
        wait();
        return Promise.resolve(true);
      };
      const answer = await marketo.client({ clock }).sync(call, until, mayStart);
      expect(answer).toEqual(requests === 0 ? late : { each: [{ kind: 'synced', marketoId: 1 }] });
      expect(marketo.received()).toHaveLength(requests);
    });
  });

  it('that has passed starts no call', async () => {
    expect(await sync({}, now)).toEqual(unsent('no time was left for the call'));
    expect(marketo.received()).toHaveLength(0);
  });
});

/** Of a server that has just stopped: nothing else is given the port so soon. */
const unusedEndpoint = async (): Promise<string> => {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
};
