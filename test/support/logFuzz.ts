import fc from 'fast-check';
import type { Context } from 'aws-lambda';
import { createHashApi } from '../../lambdas/hash/hash.ts';
import { createIngestFunction } from '../../lambdas/ingest/ingest.ts';
import { createLogger } from '../../lambdas/log.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { leaksIn } from './addresses.ts';
import { consentUnchecked } from './consent.ts';
import { eventOf, plantedRequest } from './plantedRequests.ts';

const at = epochMs(1_772_366_400_000);
const key = 'the-fuzz-key';

/** The functions that strangers reach, with the loggers that they have on AWS. */
const functions = () => {
  const source = { name: 'fuzz', kind: 'browser' } as const;
  const sender = { key, source, mayDelete: true };
  const clock = { now: () => at };
  const ingest = createIngestFunction({
    clock,
    eventsQueue: { send: () => Promise.resolve([]) },
    backlog: () => Promise.resolve(0),
    senders: () =>
      Promise.resolve({ writeKeys: [sender], webhooks: [sender], webhookKeys: [sender] }),
    direct: { source, mayDelete: true },
    consent: consentUnchecked,
    logger: createLogger('ingest'),
  });
  const hash = createHashApi({
    clock,
    secret: () => Promise.resolve({ munchkinPrivateKey: 'private', hashTokenSecret: [] }),
    access: 'origins',
    classic: true,
    allowedOrigins: ['https://www.example.com'],
    logger: createLogger('hash'),
  });
  return { ingest, hash };
};

/** What is written to standard output and standard error while something runs, and to nowhere else. */
const printed = async (run: () => Promise<void>): Promise<string> => {
  const lines: string[] = [];
  const write = (line: string | Uint8Array): boolean => lines.push(String(line)) > 0;
  const streams = [process.stdout, process.stderr].map((stream) => ({
    stream,
    before: stream.write.bind(stream),
  }));
  for (const { stream } of streams) stream.write = write;
  try {
    await run();
  } finally {
    for (const { stream, before } of streams) stream.write = before;
  }
  return lines.join('');
};

interface Fuzzed {
  readonly requests: number;
  readonly lines: number;
  /** What of the planted addresses stood in a line. */
  readonly leaks: readonly string[];
}

/** Sends requests with addresses planted everywhere, over HTTP and by invocation, and reads all lines. */
export const fuzzLogs = async (requests: number, seed: number): Promise<Fuzzed> => {
  const { ingest, hash } = functions();
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const given = fc.sample(plantedRequest(authorization), { numRuns: requests, seed });
  const log = await printed(async () => {
    for (const [index, one] of given.entries()) {
      const event = eventOf(one);
      const isHash = one.path === '/v1/hash' || one.path.startsWith('/integrations/');
      if (isHash) await hash(event, {} as Context);
      else await ingest(event, {} as Context);
      if (index % 10 === 0) await ingest(one, {} as Context);
    }
  });
  return { requests, lines: log.split('\n').length - 1, leaks: leaksIn(log) };
};
