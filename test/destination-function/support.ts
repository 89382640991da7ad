import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createContext, runInContext } from 'node:vm';
import { onTestFinished } from 'vitest';
import { closeServer, listen } from '../../local/listen.ts';
import { ingestWith, request, writeKey } from '../ingest/support.ts';
import type { IngestPorts } from '../../lambdas/ingest/ingest.ts';

/** The file that a user pastes into Segment. */
export const code = readFileSync(
  join(import.meta.dirname, '../../segment/destination-function.js'),
  'utf8',
);

const errorNamed = (name: string) =>
  class extends Error {
    override readonly name = name;
  };

/** Beside JavaScript's own, what a Destination Function finds at Segment; and nothing else. */
const globals = {
  fetch,
  crypto,
  cache: { load: (_key: string, _ttl: number, make: () => unknown) => make(), delete: () => null },
  RetryError: errorNamed('RetryError'),
  EventNotSupported: errorNamed('EventNotSupported'),
  InvalidEventPayload: errorNamed('InvalidEventPayload'),
  ValidationError: errorNamed('ValidationError'),
};

export const globalNames = Object.keys(globals);

type Handler = (event: unknown, settings: unknown) => Promise<void>;

interface Status {
  readonly status: number;
  readonly errormessage?: string;
}

type Handlers = Readonly<
  Record<
    'onIdentify' | 'onTrack' | 'onPage' | 'onScreen' | 'onGroup' | 'onAlias' | 'onDelete',
    Handler
  > & { onBatch: (events: readonly unknown[], settings: unknown) => Promise<readonly Status[]> }
>;

/** Runs the file as Segment does; `more` stands in for globals. */
export const load = (more: object = {}): Handlers => {
  const context = createContext({ ...globals, ...more });
  runInContext(code, context);
  return context as unknown as Handlers;
};

/** node-fetch 2, which Segment's documents name as its fetch; analytics-next brings it along. */
export const nodeFetch = createRequire(
  createRequire(import.meta.url).resolve('@segment/analytics-next'),
)('node-fetch') as typeof fetch;

interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Answers a request instead of the door; false: the door answers. */
type Instead = (response: ServerResponse, body: string) => unknown;

/** The real ingest handler behind an HTTP server, and what it was asked. */
export const serveIngest = async (ports: Partial<IngestPorts> = {}) => {
  const { post, sent, lines } = ingestWith(ports);
  const seen: Seen[] = [];
  const ingest: { instead: Instead } = { instead: () => false };
  const answer = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(asked);
    const path = asked.url ?? '';
    const headers = asked.headers as Record<string, string>;
    const { batch } = JSON.parse(body) as { batch: Seen['events'] };
    seen.push({ path, headers, bytes: Buffer.byteLength(body), events: batch });
    if (ingest.instead(response, body) !== false) return;
    const said = await post(request(path, body, { headers }));
    response.writeHead(said.status ?? 500, said.answer.headers as Record<string, string>);
    response.end(said.answer.body);
  };
  const server = createServer((asked, response) => void answer(asked, response));
  const url = await listen(server);
  onTestFinished(() => closeServer(server));
  return { door: ingest, sent, lines, seen, settings: { endpoint: url, writeKey } };
};

/** What a promise rejects with, as `name: message`; the empty text where it resolves. */
export const failureOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return '';
  } catch (error) {
    return String(error);
  }
};

/** Answers with this status and body. */
export const answering =
  (status: number, body: string, headers: Record<string, string> = {}): Instead =>
  (response) =>
    response.writeHead(status, headers).end(body);
