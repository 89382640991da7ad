import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { createRoutes } from '../../local/http/routes.ts';
import { createGateway, type Backend } from '../../local/http/server.ts';
import { closeServer, listen } from '../../local/listen.ts';
import { functionOf } from './support.ts';

const echo = 'exports.handler = async (event) => event;';

const gatewayOf = async (backend?: Backend): Promise<string> => {
  const gateway = createGateway();
  const url = await listen(gateway.server);
  onTestFinished(() => closeServer(gateway.server));
  if (backend) gateway.open(backend);
  return url;
};

/** A gateway with one route to a function of this code. */
const serve = (code: string, key = '$default', timeoutMs = 5_000): Promise<string> =>
  gatewayOf({ routes: [{ key, target: { target: functionOf(code), timeoutMs } }] });

const eventFor = async (url: string, init?: RequestInit): Promise<APIGatewayProxyEventV2> => {
  const response = await fetch(url, init);
  expect(response.status).toBe(200);
  return (await response.json()) as APIGatewayProxyEventV2;
};

/** Sends a target as it is: fetch would normalise it. */
const rawGet = async (base: string, path: string): Promise<{ status: number; body: string }> => {
  const sent = request(base, { path }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
};

test('a request becomes an event of payload format 2.0', async () => {
  const base = await serve(echo, 'POST /v1/{call}');
  const event = await eventFor(`${base}/v1/identify?a=1&a=2&b=x%20y&c`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: 'Basic a2V5Og==',
      'X-Two': 'one',
      Cookie: 'k=v; l=w',
    },
    body: '{"userId":"ü"}',
  });
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'POST /v1/{call}',
    rawPath: '/v1/identify',
    rawQueryString: 'a=1&a=2&b=x%20y&c',
    queryStringParameters: { a: '1,2', b: 'x y', c: '' },
    pathParameters: { call: 'identify' },
    cookies: ['k=v', 'l=w'],
    body: '{"userId":"ü"}',
    isBase64Encoded: false,
    headers: {
      'content-type': 'application/json',
      'content-length': '15',
      authorization: 'Basic a2V5Og==',
      'x-two': 'one',
      'x-forwarded-proto': 'http',
    },
    requestContext: {
      stage: '$default',
      routeKey: 'POST /v1/{call}',
      http: { method: 'POST', path: '/v1/identify', sourceIp: '127.0.0.1' },
    },
  });
  expect(event.headers).not.toHaveProperty('cookie');
  expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
});

test('a header that comes twice is joined with a comma', async () => {
  const base = await serve(echo);
  const sent = request(base, { headers: { 'x-many': ['a', 'b'] } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect(JSON.parse(await text(response))).toMatchObject({ headers: { 'x-many': 'a,b' } });
});

test('a request without body, query and cookies has none of them in its event', async () => {
  const event = await eventFor(await serve(echo));
  expect(event).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
  for (const absent of ['body', 'cookies', 'queryStringParameters', 'pathParameters']) {
    expect(event).not.toHaveProperty(absent);
  }
});

test.each([
  ['compressed JSON', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ['bytes', { 'content-type': 'application/octet-stream' }],
  ['bytes that claim to be JSON', { 'content-type': 'application/json' }],
])('%s come as base64 and arrive unharmed', async (_name, headers) => {
  const body = gzipSync('{"userId":"u"}');
  const event = await eventFor(await serve(echo), { method: 'POST', headers, body });
  expect(event.isBase64Encoded).toBe(true);
  expect(Buffer.from(event.body ?? '', 'base64')).toEqual(body);
});

test('text without a text type is base64 too, as on the real gateway', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const event = await eventFor(await serve(echo), { method: 'POST', headers, body: 'a=b' });
  expect(event).toMatchObject({ isBase64Encoded: true, body: 'YT1i' });
  const plain = { 'content-type': 'text/plain;charset=UTF-8' };
  const text = await eventFor(await serve(echo), { method: 'POST', headers: plain, body: '{}' });
  expect(text).toMatchObject({ isBase64Encoded: false, body: '{}' });
});

test('a path and its parameters arrive decoded, the query as it was sent', async () => {
  const base = await serve(echo, 'GET /hash/{email}/of');
  const { body } = await rawGet(base, '/hash/a+b%2Bc%40example.com/of?callback=%5Fjp');
  expect(JSON.parse(body)).toMatchObject({
    rawPath: '/hash/a+b+c@example.com/of',
    pathParameters: { email: 'a+b+c@example.com' },
    rawQueryString: 'callback=%5Fjp',
  });
  const broken = await rawGet(base, '/hash/%zz/of');
  expect(broken.status).toBe(400);
});

test('the most specific route wins: literal, variable, greedy, default; a method before ANY', () => {
  const keys = ['$default', 'ANY /v1/{proxy+}', 'POST /v1/{call}', 'ANY /v1/hash', 'POST /v1/hash'];
  const find = createRoutes(keys.map((key) => ({ key, target: key })));
  const found = (method: string, path: string) => {
    const match = find(method, path);
    return match && [match.route.key, match.pathParameters];
  };
  expect(found('POST', '/v1/hash')).toEqual(['POST /v1/hash', {}]);
  expect(found('OPTIONS', '/v1/hash')).toEqual(['ANY /v1/hash', {}]);
  expect(found('POST', '/v1/page')).toEqual(['POST /v1/{call}', { call: 'page' }]);
  expect(found('GET', '/v1/page')).toEqual(['ANY /v1/{proxy+}', { proxy: 'page' }]);
  expect(found('GET', '/v1/a/b')).toEqual(['ANY /v1/{proxy+}', { proxy: 'a/b' }]);
  expect(found('GET', '/v2')).toEqual(['$default', {}]);
  expect(() => createRoutes([{ key: 'v1/hash', target: 0 }])).toThrow(/v1\/hash/);
});

test('an unknown path, method or a slash too many is 404 with the body of the gateway', async () => {
  const base = await serve(echo, 'POST /v1/identify');
  for (const [path, method] of [
    ['/v1/other', 'POST'],
    ['/v1/identify', 'GET'],
    ['/v1/identify/', 'POST'],
  ] as const) {
    const response = await fetch(base + path, { method });
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
  }
});

const answering = (result: unknown): string =>
  `exports.handler = async () => (${JSON.stringify(result)});`;

test('status, headers, cookies and a base64 body of an answer arrive', async () => {
  const base = await serve(
    answering({
      statusCode: 201,
      headers: { 'X-A': 'b', 'Retry-After': 5 },
      cookies: ['a=1; Secure', 'b=2'],
      body: Buffer.from([0, 255, 1]).toString('base64'),
      isBase64Encoded: true,
    }),
  );
  const response = await fetch(base);
  expect(response.status).toBe(201);
  expect(Object.fromEntries(response.headers)).toMatchObject({ 'x-a': 'b', 'retry-after': '5' });
  expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 1]);
});

test('an answer without statusCode is a 200 with itself as JSON', async () => {
  const response = await fetch(await serve(answering({ ok: [1] })));
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/json',
  ]);
  expect(await response.json()).toEqual({ ok: [1] });
});

test.each([
  ['throws', "exports.handler = async () => { throw new Error('with a secret'); };"],
  ['answers no status', answering({ statusCode: 'ok', body: 'x' })],
  ['answers a body that is no text', answering({ statusCode: 200, body: { a: 1 } })],
])('a function that %s is a 500 that tells nothing', async (_name, code) => {
  const response = await fetch(await serve(code));
  expect(response.status).toBe(500);
  expect(await response.text()).toBe('{"message":"Internal Server Error"}');
});

test('a function slower than the integration allows is a 503', async () => {
  const hang = 'exports.handler = () => new Promise(() => {});';
  const response = await fetch(await serve(hang, '$default', 50));
  expect([response.status, await response.json()]).toEqual([
    503,
    { message: 'Service Unavailable' },
  ]);
});

test('a body of 10 MB and a byte is a 413, whole or chunked', async () => {
  const base = await serve(answering({ statusCode: 200, body: 'ok' }));
  const body = new Uint8Array(10 * 1024 * 1024 + 1);
  const whole = await fetch(base, { method: 'POST', body });
  expect([whole.status, await whole.json()]).toEqual([
    413,
    { message: 'Request Entity Too Large' },
  ]);
  const stream = new Blob([body]).stream();
  const chunked = await fetch(base, {
    method: 'POST',
    body: stream,
    duplex: 'half',
  });
  expect(chunked.status).toBe(413);
});

test('health is 503 until everything is up, and then 200', async () => {
  const gateway = createGateway();
  const url = await listen(gateway.server);
  onTestFinished(() => closeServer(gateway.server));
  expect((await fetch(`${url}/health`)).status).toBe(503);
  expect((await fetch(`${url}/v1/identify`, { method: 'POST' })).status).toBe(503);
  gateway.open({ routes: [] });
  const response = await fetch(`${url}/health`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
});

test('what is under /simulator/ goes to the simulated Marketo and back', async () => {
  const simulator = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      response.writeHead(418, { 'x-from': 'simulator' });
      response.end(`${incoming.method ?? ''} ${incoming.url ?? ''} ${body}`);
    });
  });
  const simulatorUrl = await listen(simulator);
  const base = await gatewayOf({ routes: [], simulatorUrl });
  const response = await fetch(`${base}/simulator/faults?a=1`, { method: 'POST', body: '{}' });
  expect([response.status, response.headers.get('x-from'), await response.text()]).toEqual([
    418,
    'simulator',
    'POST /simulator/faults?a=1 {}',
  ]);
  await closeServer(simulator);
  expect((await fetch(`${base}/simulator/leads`)).status).toBe(502);
});

test('a client that hangs up in the middle of its body harms nobody', async () => {
  const base = await serve(answering({ statusCode: 200, body: 'ok' }));
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
  await once(socket, 'connect');
  socket.destroy();
  expect((await fetch(base)).status).toBe(200);
});
