import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { closeServer, listen } from '../../local/listen.ts';
import { answering, failureOf, load, nodeFetch, serveIngest } from './support.ts';
import type { ServerResponse } from 'node:http';

const page = { type: 'page', userId: 'u1', messageId: 'm1', properties: { of: 'ada@example.com' } };

const cutting = (response: ServerResponse): unknown => response.destroy();
const cuttingHalfWay = (response: ServerResponse): unknown => {
  response.writeHead(200, { 'content-length': '16' }).write('{"suc', () => response.destroy());
  return undefined;
};

describe.each([
  ['node-fetch 2, as Segment has it', nodeFetch],
  ['the fetch of Node', fetch],
])('with %s,', (_, fetch) => {
  const { onBatch, onPage } = load({ fetch });

  it.each([
    ['429', answering(429, '{"success":false}'), 'HTTP 429'],
    ['500', answering(500, ''), 'HTTP 500'],
    ['502 of a proxy', answering(502, '<html>'), 'HTTP 502'],
    ['503', answering(503, '{"success":false}'), 'HTTP 503'],
    ['408', answering(408, ''), 'HTTP 408'],
    ['400 of somebody else', answering(400, '{"message":"Bad Request"}'), 'HTTP 400'],
    ['a page with status 200', answering(200, '<html>'), 'HTTP 200'],
    ['200 without success', answering(200, '{"ok":true}'), 'HTTP 200'],
    ['200 that is null', answering(200, 'null'), 'HTTP 200'],
    ['none: the connection breaks', cutting, 'no answer'],
  ])(
    'an answer (%s) is tried again, and the event then arrives once',
    async (_kind, instead, because) => {
      const { door: ingest, sent, settings } = await serveIngest();
      ingest.instead = instead;
      const failure = await failureOf(onPage(page, settings));
      expect(failure).toMatch(/^RetryError: /);
      expect(failure).toContain(because);
      expect(failure).not.toMatch(/ada|write-key|127\.0\.0\.1/);
      expect(await onBatch([page], settings)).toEqual([
        { status: 500, errormessage: expect.stringContaining(because) as string },
      ]);
      expect(sent).toEqual([]);
      ingest.instead = () => false;
      await onPage(page, settings);
      expect(sent).toMatchObject([{ event: { messageId: 'm1' } }]);
    },
  );

  it('a redirect is not followed, for its host would learn the write key', async () => {
    const other = await serveIngest();
    const { door: ingest, settings } = await serveIngest();
    ingest.instead = answering(307, '', { location: other.settings.endpoint });
    expect(await failureOf(onPage(page, settings))).toMatch(/^RetryError: .*HTTP 307/);
    expect(other.seen).toEqual([]);
  });

  it('an endpoint that cannot be reached is tried again', async () => {
    const server = createServer();
    const endpoint = await listen(server);
    await closeServer(server);
    const failure = await failureOf(onPage(page, { endpoint, writeKey: 'key' }));
    expect(failure).toBe('RetryError: no answer from the endpoint (ECONNREFUSED)');
  });
});

/** Hundred times as impatient. */
const hurried = (url: string, options: RequestInit & { timeout: number }) =>
  nodeFetch(url, { ...options, timeout: options.timeout / 100 } as RequestInit);

it.each([
  ['no answer', hurried, () => true, 'request-timeout'],
  ['half an answer, by node-fetch', hurried, cuttingHalfWay, 'body-timeout'],
  ['half an answer, by Node', fetch, cuttingHalfWay, 'UND_ERR_SOCKET'],
])('%s is not waited for until Segment ends the function', async (_, fetch, instead, because) => {
  const { onPage } = load({ fetch });
  const { door: ingest, settings } = await serveIngest();
  ingest.instead = instead;
  expect(await failureOf(onPage(page, settings))).toBe(
    `RetryError: no answer from the endpoint (${because})`,
  );
});

describe('trouble of the door itself', () => {
  const { onPage } = load();

  it.each([
    [
      'the queue is down',
      {
        eventsQueue: {
          send: (entries: readonly { event: never }[]) =>
            Promise.resolve(entries.map(({ event }) => ({ event, because: 'down' }))),
        },
      },
    ],
    ['nobody can tell the write keys', { senders: () => Promise.reject(new Error('down')) }],
  ])('an answer (%s) is tried again', async (_, ports) => {
    const { settings } = await serveIngest(ports as Parameters<typeof serveIngest>[0]);
    expect(await failureOf(onPage(page, settings))).toMatch(/^RetryError: .*HTTP 503/);
  });
});
