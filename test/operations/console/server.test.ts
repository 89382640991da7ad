import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { OperationsError } from '../../../operations/error.ts';
import { eventView, fakeOperations, flowView, info, leadView, pageOf, serve } from './support.ts';

interface Given {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request as it is: fetch would neither let us say `Host` nor `Origin`. */
const raw = async (base: string, path: string, { method = 'POST', headers, body }: Given) => {
  const sent = request(new URL(path, base), {
    method,
    headers: { 'content-type': 'application/json', ...headers },
  }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode, headers: got } = response;
  const said = await text(response);
  return { status: statusCode, headers: got, said, json: () => JSON.parse(said) as unknown };
};

const ask = async (base: string, call: string, body: unknown, given: Given = {}) => {
  const answer = await raw(base, `/console/api/${call}`, { body: JSON.stringify(body), ...given });
  return [answer.status, answer.json()] as const;
};

test('each call reaches the destination with what was asked, and its answer comes back', async () => {
  const operations = fakeOperations();
  const url = await serve(operations);
  expect(await ask(url, 'info', {})).toEqual([200, info]);
  expect(await ask(url, 'flow', {})).toEqual([200, flowView]);
  expect(await ask(url, 'lead', { email: 'jane@example.com' })).toEqual([200, leadView]);
  expect(await ask(url, 'event', { messageId: 'm-1' })).toEqual([200, eventView]);
  expect(await ask(url, 'budget', {})).toMatchObject([200, { used: 7 }]);
  expect(await ask(url, 'dead', {})).toEqual([200, { dead: [], next: 'first+' }]);
  expect(await ask(url, 'dead', { after: 'x' })).toEqual([200, { dead: [], next: 'x+' }]);
  expect(await ask(url, 'resend', { ids: ['a', 'b'] })).toEqual([
    200,
    {
      outcomes: [
        { id: 'a', outcome: 'resent' },
        { id: 'b', outcome: 'resent' },
      ],
    },
  ]);
  expect(await ask(url, 'drop', { ids: ['a'] })).toMatchObject([
    200,
    { outcomes: [{ id: 'a', outcome: 'gone' }] },
  ]);
  expect(await ask(url, 'check', {})).toMatchObject([200, { checks: [{ name: 'table' }] }]);
  expect(operations.asked).toEqual([
    'flow',
    { email: 'jane@example.com' },
    { messageId: 'm-1' },
    'budget',
    { after: undefined },
    { after: 'x' },
    { resend: ['a', 'b'] },
    { drop: ['a'] },
    'check',
  ]);
});

test.each([
  ['lead', {}, 'give exactly one of email, userId, anonymousId, cookie, lead, key'],
  [
    'lead',
    { email: 'a@b.co', userId: 'u' },
    'give exactly one of email, userId, anonymousId, cookie, lead, key',
  ],
  ['lead', { email: 'jane' }, 'email is not an e-mail address'],
  ['lead', { userId: '' }, 'userId is empty'],
  ['people', { part: 'ja' }, 'part has fewer than 3 characters'],
  ['events', { filter: {}, most: 501 }, 'most is more than 500'],
  ['events', { filter: { from: -1 }, most: 1 }, 'filter.from is negative'],
  ['events', { filter: { who: 'x' }, most: 1 }, 'who is not known here'],
  ['counts', { forMs: 1 }, 'forMs is less than a minute'],
  ['lead', { userId: 7 }, 'userId must be a string'],
  ['lead', { lead: 'x' }, 'lead is not a hashed id (43 letters, digits, - or _)'],
  [
    'lead',
    { phone: '1' },
    'phone is not known here; give exactly one of email, userId, anonymousId, cookie, lead, key',
  ],
  ['lead', [], 'the body must be a JSON object'],
  ['event', { message: 'm-1' }, 'message is not a short hash (11 letters, digits, - or _)'],
  ['event', {}, 'give exactly one of messageId, message'],
  ['flow', { fast: true }, 'fast is not known here'],
  ['dead', { after: '' }, 'after is empty'],
  ['resend', {}, 'ids must be an array'],
  ['resend', { ids: [] }, 'ids is empty: name at least one dead letter'],
  ['drop', { ids: ['a', 1] }, 'ids.1 must be a string'],
])('%s %j is refused, and told why', async (call, body, why) => {
  const operations = fakeOperations();
  const [status, said] = await ask(await serve(operations), call, body);
  expect([status, said]).toEqual([400, { code: 'bad-input', message: why }]);
  expect(operations.asked).toEqual([]);
});

test('more dead letters than one request takes are refused', async () => {
  const [status, said] = await ask(await serve(fakeOperations()), 'drop', {
    ids: Array(1_001).fill('a'),
  });
  expect([status, said]).toMatchObject([
    400,
    { message: 'ids has more than 1000 dead letters: send them in several requests' },
  ]);
});

test('a person or an event that nothing is known of is not found', async () => {
  const url = await serve(fakeOperations());
  for (const [call, body] of [
    ['lead', { userId: 'somebody' }],
    ['event', { message: '0123456789a' }],
  ] as const) {
    expect(await ask(url, call, body)).toMatchObject([404, { code: 'not-found' }]);
  }
});

test.each([
  ['bad-input', 400],
  ['denied', 403],
  ['not-found', 404],
  ['unusable', 409],
  ['unreachable', 502],
] as const)('what the user can mend (%s) is told as it is', async (code, status) => {
  const flow = () => Promise.reject(new OperationsError(code, 'do this'));
  const url = await serve({ ...fakeOperations(), flow });
  expect(await ask(url, 'flow', {})).toEqual([status, { code, message: 'do this' }]);
});

test('a defect is told by its name alone, since its text may repeat personal data', async () => {
  const flow = () => {
    throw new TypeError('jane@example.com is no number');
  };
  const url = await serve({ ...fakeOperations(), flow });
  expect(await ask(url, 'flow', {})).toEqual([
    500,
    { code: 'unusable', message: 'this failed for a reason nobody foresaw (TypeError)' },
  ]);
});

test.each([
  ['another name that leads here', { host: 'evil.example:8787' }],
  ['a name that begins like ours', { host: 'localhost.evil.example' }],
  ['a page of another site', { origin: 'https://evil.example' }],
  ['a page of another port', { origin: 'http://localhost:1' }],
  ['a page in a sandbox', { origin: 'null' }],
])('%s may not ask', async (_, headers) => {
  const operations = fakeOperations();
  const url = await serve(operations);
  expect(await ask(url, 'flow', {}, { headers })).toMatchObject([403, { code: 'denied' }]);
  expect(operations.asked).toEqual([]);
});

test('the page is not shown under another name either', async () => {
  const url = await serve(fakeOperations(), pageOf({ 'index.html': 'page' }));
  const headers = { host: 'evil.example' };
  expect((await raw(url, '/console', { method: 'GET', headers })).status).toBe(403);
});

test.each(['localhost:8787', 'LOCALHOST', '127.0.0.1:1', '[::1]:8787'])(
  'a page and a program of this machine may ask as %s',
  async (host) => {
    const url = await serve(fakeOperations());
    const headers = { host, origin: `http://${host.toLowerCase()}` };
    expect((await ask(url, 'flow', {}, { headers }))[0]).toBe(200);
    expect((await ask(url, 'flow', {}, { headers: { host } }))[0]).toBe(200);
  },
);

test('a body that a form could send, no JSON, or too much of it is refused', async () => {
  const url = await serve(fakeOperations());
  const said = async (given: Given) => {
    const { status, json } = await raw(url, '/console/api/flow', given);
    return [status, json()];
  };
  const refused = (message: string) => [400, { code: 'bad-input', message }];
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
    expect(await said({ body: '{}', headers: { 'content-type': type } })).toEqual(
      refused('content-type must be application/json'),
    );
  }
  expect(await said({ body: '{' })).toEqual(refused('the body is no JSON'));
  const body = JSON.stringify({ more: 'x'.repeat(1_100_000) });
  expect(await said({ body })).toEqual(
    refused('the body has more than 1048576 bytes: ask for less at once'),
  );
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  expect((await raw(url, '/console/api/flow', { body: '{}', headers })).status).toBe(200);
});

test('calls are only posted, and an unknown one is told which there are', async () => {
  const url = await serve(fakeOperations());
  const got = await raw(url, '/console/api/flow', { method: 'GET' });
  expect([got.status, got.headers.allow, got.json()]).toEqual([
    405,
    'POST',
    { code: 'bad-input', message: 'calls are made with POST' },
  ]);
  const [status, said] = await ask(url, 'flows', {});
  expect([status, said]).toEqual([
    404,
    {
      code: 'unusable',
      message:
        'the console has no such call; it has info, flow, lead, event, details, reveal, budget, dead, resend, drop, check, alarms, events, people, bulk, problems, counts, preview, send, erase',
    },
  ]);
  expect((await ask(url, '', {}))[0]).toBe(404);
  expect((await ask(url, '__proto__', {}))[0]).toBe(404);
});

test('only paths of the console are its own', async () => {
  const url = await serve(fakeOperations());
  for (const path of ['/', '/consoles', '/v1/identify', '/health']) {
    expect((await raw(url, path, { method: 'GET' })).status).toBe(418);
  }
});

const files = {
  'index.html': '<!doctype html><script src="/console/main.js" defer></script>',
  'page.css': 'body { margin: 0 }',
  'main.ts': 'const text: string = "from main.ts"; document.title = text;',
};

test('the page comes whole from here, is kept by nobody, and may take nothing from elsewhere', async () => {
  const url = await serve(fakeOperations(), pageOf(files));
  const type = (name: string) => `text/${name}; charset=utf-8`;
  for (const [path, contentType, content] of [
    ['/console', type('html'), files['index.html']],
    ['/console/?x=1', type('html'), files['index.html']],
    ['/console/page.css', type('css'), 'body{margin:0}'],
    ['/console/main.js', type('javascript'), 'from main.ts'],
  ] as const) {
    const { status, headers, said } = await raw(url, path, { method: 'GET' });
    expect([path, status, headers['content-type']]).toEqual([path, 200, contentType]);
    expect(said).toContain(content);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
  }
});

test('HEAD has the headers alone, other methods and paths have no page', async () => {
  const url = await serve(fakeOperations(), pageOf(files));
  const head = await raw(url, '/console', { method: 'HEAD', headers: {} });
  expect([head.status, head.said, head.headers['content-length']]).toEqual([
    200,
    '',
    String(files['index.html'].length),
  ]);
  const posted = await raw(url, '/console', { body: '{}' });
  expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD']);
  for (const path of ['/console/main.ts', '/console/client/main.ts', '/console/api']) {
    const { status, json } = await raw(url, path, { method: 'GET' });
    expect([status, json()]).toMatchObject([404, { code: 'not-found' }]);
  }
});

test('a page that does not bundle says why, and is tried again', async () => {
  const folder = pageOf({ ...files, 'main.ts': 'const = 1;' });
  const url = await serve(fakeOperations(), folder);
  const broken = await raw(url, '/console/main.js', { method: 'GET' });
  expect([broken.status, broken.json()]).toMatchObject([409, { code: 'unusable' }]);
  expect(broken.said).toMatch(/the page cannot be made: Build failed with 1 error/);
  writeFileSync(new URL('main.ts', folder), files['main.ts']);
  expect((await raw(url, '/console/main.js', { method: 'GET' })).status).toBe(200);
});
