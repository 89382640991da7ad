import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from './clock.ts';
import type { AlarmClock } from './clock.ts';
import { SqsError } from './errors.ts';
import type { StoredQueue } from './changes.ts';
import { openJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { perform } from './operations.ts';
import type { Twin } from './operations.ts';
import { Polls } from './polls.ts';
import { Queues } from './queues.ts';

interface ServeSqsOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A file that keeps the state over `kill -9`. Default: memory only. */
  readonly journalPath?: string | undefined;
  readonly clock?: AlarmClock;
  /** Whoever had received messages died with the last run: they are visible at once. */
  readonly receiversDied?: boolean;
}

export interface ServedSqs {
  /** The endpoint for an SQS client; queue URLs start with it. */
  readonly url: string;
  /** The queues themselves. What is done here wakes no long poll; what comes over HTTP does. */
  readonly queues: Queues;
  /** Answers open long polls with nothing and stops listening. */
  close(): Promise<void>;
}

/** A batch of 1 MiB in which each character takes six bytes of JSON (an escape), and its frame. */
const maxRequestBytes = 8 * 1_048_576;

/** How long requests that are still being sent may take when the twin closes. */
const patienceMs = 500;

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A body that is too long is still read to its end: who stops listening cuts off the answer too.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxRequestBytes) chunks.push(chunk);
  }
  if (bytes > maxRequestBytes)
    throw new SqsError('RequestEntityTooLarge', `A request has at most ${maxRequestBytes} bytes.`);
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    throw new SqsError('MalformedInput', 'The request body is not JSON.');
  }
};

/** AWS JSON 1.0: the operation in `x-amz-target`, an error's name in `__type` and its older code in a header. */
const answer = async (
  twin: Twin,
  request: IncomingMessage,
  response: ServerResponse,
  closing: () => boolean,
): Promise<void> => {
  const gone = new AbortController();
  response.on('close', () => {
    gone.abort();
  });
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  response.setHeader('x-amzn-requestid', randomUUID());
  const end = (result: object): void => {
    if (closing()) response.setHeader('connection', 'close');
    response.end(JSON.stringify(result));
  };
  try {
    const [service, operation = ''] = String(request.headers['x-amz-target']).split('.');
    if (request.method !== 'POST' || service !== 'AmazonSQS')
      throw new SqsError(
        'UnsupportedOperation',
        'Send a POST with x-amz-target: AmazonSQS.<operation> (AWS JSON 1.0).',
      );
    end(await perform(operation, await readBody(request), twin, gone.signal));
  } catch (error) {
    const failure =
      error instanceof SqsError
        ? error
        : new SqsError('InternalFailure', `The local queue failed: ${String(error)}`);
    response.statusCode = failure.status;
    const fault = failure.status < 500 ? 'Sender' : 'Receiver';
    response.setHeader('x-amzn-query-error', `${failure.code};${fault}`);
    end({ __type: `com.amazonaws.sqs#${failure.name}`, message: failure.message });
  }
};

const openOrClose = (
  server: Server,
  path: string | undefined,
  now: number,
): Journal | undefined => {
  if (path === undefined) return undefined;
  try {
    return openJournal(path, now);
  } catch (error) {
    server.close();
    throw error;
  }
};

const released = (queue: StoredQueue, now: number): StoredQueue => ({
  ...queue,
  messages: queue.messages.map((message) =>
    message.receivedAt === undefined ? message : { ...message, visibleAt: now },
  ),
});

/** Serves the twin of SQS over HTTP. Rejects when the port is taken or the journal cannot be read. */
export const serveSqs = async ({
  host = '127.0.0.1',
  port,
  journalPath,
  clock = systemClock,
  receiversDied = false,
}: ServeSqsOptions): Promise<ServedSqs> => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // Only who has the port touches the journal: a second start must not replace the first one's file.
  const journal = openOrClose(server, journalPath, clock.now());
  const now = (): number => clock.now();
  const queues = new Queues({ now, newId: randomUUID, changes: journal?.changes });
  const stored = journal?.stored ?? [];
  queues.restore(receiversDied ? stored.map((queue) => released(queue, now())) : stored);
  const polls = new Polls(clock);
  const address = server.address() as AddressInfo;
  const url = `http://${address.family === 'IPv6' ? `[${host}]` : host}:${address.port}`;
  const twin: Twin = { queues, polls, url };
  server.on('request', (request, response) => {
    void answer(twin, request, response, () => !server.listening);
  });
  return {
    url,
    queues,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          journal?.close();
          resolve();
        });
        polls.close();
        server.closeIdleConnections();
        setTimeout(() => {
          server.closeAllConnections();
        }, patienceMs).unref();
      }),
  };
};
