import * as z from 'zod/mini';
import { createIngestFunction } from '../../lambdas/ingest/ingest.ts';
import { ingestSecretSchema } from '../../lambdas/ingest/ingestSecret.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { consentUnchecked } from '../support/consent.ts';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { DeliveryLine } from '../../lambdas/delivery.ts';
import type { IngestReply, ItemError } from '../../lambdas/ingest/ingestReplies.ts';
import type { DirectAnswer } from '../../lambdas/ingest/direct.ts';
import type { Senders } from '../../lambdas/ingest/senders.ts';
import type { IngestPorts } from '../../lambdas/ingest/ingest.ts';
import type { EventsQueue } from '../../lambdas/ingest/eventsQueue.ts';

export const receivedAt = epochMs(1_772_366_400_000);
export const writeKey = 'the-write-key';
export const serverKey = 'the-server-key';
export const deleteKey = 'the-delete-key';
export const webhookSecret = 'the-shared-secret';
export const webhookKey = 'the-webhook-key';

/** What the secret of `ingestWith` says. */
export const senders: Senders = z.parse(ingestSecretSchema, {
  writeKeys: [writeKey, 'the-next-write-key'],
  serverKey,
  deleteKey,
  webhookSecrets: [webhookSecret, 'the-next-shared-secret'],
  webhookKeys: [webhookKey, 'the-next-webhook-key'],
  sources: { crm: { kind: 'server', webhookKey: 'the-key-of-crm', mayDelete: true } },
});

export const basic = (user: string, password = ''): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** A request as API Gateway hands it to a function behind an HTTP API (payload format 2.0). */
export const request = (
  path: string,
  body: unknown,
  { method = 'POST', ...more }: Partial<APIGatewayProxyEventV2> & { method?: string } = {},
): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: { authorization: basic(writeKey), 'content-type': 'application/json' },
  requestContext: {
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'api.example.com',
    domainPrefix: 'api',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'request',
    routeKey: `${method} ${path}`,
    stage: '$default',
    time: '01/Mar/2026:12:00:00 +0000',
    timeEpoch: receivedAt,
  },
  body: typeof body === 'string' ? body : JSON.stringify(body),
  isBase64Encoded: false,
  ...more,
});

type Sent = Parameters<EventsQueue['send']>[0][number];

interface Said {
  readonly success: boolean;
  readonly code?: string;
  readonly field?: string;
  readonly message?: string;
  readonly errors?: readonly ItemError[];
}

/** Everything in the order of a queue that takes it. */
const taking = (sent: Sent[]): EventsQueue => ({
  send: (entries) => {
    sent.push(...entries);
    return Promise.resolve([]);
  },
});

/** The handler with a queue that takes everything, and what came of it. */
export const ingestWith = (ports: Partial<IngestPorts> = {}) => {
  const sent: Sent[] = [];
  const lines: DeliveryLine[] = [];
  const troubles: string[] = [];
  const note = (message: string, facts: object = {}): void => {
    troubles.push(`${message} ${JSON.stringify(facts)}`);
  };
  const handler = createIngestFunction({
    clock: { now: () => receivedAt },
    eventsQueue: taking(sent),
    backlog: () => Promise.resolve(0),
    senders: () => Promise.resolve(senders),
    direct: { source: { name: 'lambda', kind: 'browser' }, mayDelete: false },
    consent: consentUnchecked,
    logger: {
      call: () => undefined,
      delivery: (line) => lines.push(line),
      warn: note,
      error: note,
    },
    ...ports,
  });
  const post = async (
    event: APIGatewayProxyEventV2,
  ): Promise<{ answer: IngestReply; status: number | undefined; said: Said }> => {
    const answer = (await handler(event, {} as Context)) as IngestReply;
    return { answer, status: answer.statusCode, said: JSON.parse(answer.body ?? '{}') as Said };
  };
  /** Invokes the function with a raw message, as Segment's AWS Lambda destination does. */
  const invoke = (message: unknown): Promise<DirectAnswer> =>
    handler(message, {} as Context) as Promise<DirectAnswer>;
  return { post, invoke, sent, lines, troubles };
};
