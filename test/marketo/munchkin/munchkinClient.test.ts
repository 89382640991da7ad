import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createMunchkin } from '../../../lambdas/marketo/munchkin/munchkinClient.ts';
import { visitQuery } from '../../../lambdas/marketo/munchkin/wire.ts';
import type { Visit } from '../../../lambdas/marketo/marketoTypes.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly userAgent: string | undefined;
  readonly body: string;
  readonly connection: number;
}
type Script = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const visit: Visit = {
  messageId: 'm-1',
  token: '_mch-example.com-1374552656411-90718',
  path: '/pricing',
  query: 'plan=gold',
  host: 'www.example.com',
  protocol: 'https:',
  at: epochMs(1_374_552_656_411),
};

const answering =
  (status: number): Script =>
  (_, response) => {
    response.writeHead(status).end();
  };

/** A server on a free port that answers by `script` and keeps what it saw. */
const serverWith = async (script: Script) => {
  const seen: Seen[] = [];
  let connections = 0;
  const numbers = new WeakMap<object, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method, url, headers, socket } = request;
      const connection = numbers.get(socket) ?? 0;
      seen.push({ method, url, userAgent: headers['user-agent'], body, connection });
      script(request, response, seen.length);
    });
  });
  server.on('connection', (socket) => numbers.set(socket, (connections += 1)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  onTestFinished(stop);
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    seen,
    stop,
    munchkin: createMunchkin({ endpoint, munchkinId: '561-HYG-937' }),
    endpoint,
  };
};

it('a visit is one POST with everything in the query and an empty body', async () => {
  const { munchkin, seen } = await serverWith(answering(204));
  const browser = 'Mozilla/5.0 (Test)';
  expect(await munchkin.visit({ ...visit, userAgent: browser }, 1_000)).toEqual({
    kind: 'visited',
  });
  expect(seen).toEqual([
    {
      method: 'POST',
      url: `/webevents/visitWebPage?${visitQuery(visit, '561-HYG-937')}`,
      userAgent: browser,
      body: '',
      connection: 1,
    },
  ]);
});

it('a visit without a browser says whose it is', async () => {
  const { munchkin, seen } = await serverWith(answering(200));
  await munchkin.visit(visit, 1_000);
  expect(seen[0]?.userAgent).toBe('marketo-destination');
});

it('a browser name that no header can carry costs its odd characters, not the visit', async () => {
  const { munchkin, seen } = await serverWith(answering(200));
  const odd = { ...visit, userAgent: 'Moz\r\nX-Evil: 1\u{1f600}illa' };
  expect(await munchkin.visit(odd, 1_000)).toEqual({ kind: 'visited' });
  expect(seen[0]?.userAgent).toBe('MozX-Evil: 1illa');
});

it('an endpoint may lie under a path', async () => {
  const { endpoint, seen } = await serverWith(answering(200));
  const munchkin = createMunchkin({ endpoint: `${endpoint}/twin/`, munchkinId: '561-HYG-937' });
  await munchkin.visit(visit, 1_000);
  expect(seen[0]?.url).toMatch(/^\/twin\/webevents\/visitWebPage\?/);
});

it.each([
  [200, 'visited'],
  [204, 'visited'],
  [301, 'refused'],
  [400, 'refused'],
  [404, 'refused'],
  [429, 'retry'],
  [500, 'retry'],
  [503, 'retry'],
])('an answer %i means %s', async (status, kind) => {
  const { munchkin } = await serverWith(answering(status));
  const because = kind === 'visited' ? {} : { because: `Munchkin answered ${status}` };
  expect(await munchkin.visit(visit, 1_000)).toEqual({ kind, ...because });
});

it('a server that never answers costs the timeout and no more', async () => {
  const { munchkin } = await serverWith(() => undefined);
  expect(await munchkin.visit(visit, 20)).toEqual({
    kind: 'retry',
    because: 'Munchkin gave no answer within 20 ms',
  });
});

it('a server that is not there is tried again later', async () => {
  const { munchkin, stop } = await serverWith(answering(200));
  await stop();
  expect(await munchkin.visit(visit, 1_000)).toEqual({
    kind: 'retry',
    because: 'Munchkin could not be reached (ECONNREFUSED)',
  });
});

it('a server that hangs up on a fresh connection is tried again later', async () => {
  const { munchkin, seen } = await serverWith((request) => request.socket.destroy());
  expect(await munchkin.visit(visit, 1_000)).toEqual({
    kind: 'retry',
    because: 'Munchkin could not be reached (ECONNRESET)',
  });
  expect(seen).toHaveLength(1);
});

it('an answer whose body never ends is an answer', async () => {
  const { munchkin } = await serverWith((_, response) => {
    response.writeHead(200).write('…');
  });
  expect(await munchkin.visit(visit, 1_000)).toEqual({ kind: 'visited' });
});

it('visits share a connection', async () => {
  const { munchkin, seen } = await serverWith((_, response) => response.writeHead(200).end('gif'));
  for (let count = 0; count < 3; count += 1) {
    await munchkin.visit(visit, 1_000);
    await new Promise(setImmediate);
  }
  expect(seen.map(({ connection }) => connection)).toEqual([1, 1, 1]);
});

it('a kept connection that the other side has closed costs no attempt', async () => {
  const { munchkin, seen } = await serverWith((request, response, count) => {
    if (count === 2) request.socket.destroy();
    else response.writeHead(200).end();
  });
  expect(await munchkin.visit(visit, 1_000)).toEqual({ kind: 'visited' });
  await new Promise(setImmediate);
  expect(await munchkin.visit(visit, 1_000)).toEqual({ kind: 'visited' });
  expect(seen.map(({ connection }) => connection)).toEqual([1, 1, 2]);
});
