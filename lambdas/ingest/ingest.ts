import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import { ingestTiming } from '../limits.ts';
import { errorName } from '../errorName.ts';
import * as answers from './ingestReplies.ts';
import { createDeliver } from './deliver.ts';
import { createDirect, isRequest } from './direct.ts';
import { createEnqueue } from './enqueue.ts';
import { routeOf } from './routes.ts';
import { createTracking } from './tracking.ts';
import { createWebhook } from './webhook.ts';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { EventsQueue } from './eventsQueue.ts';
import type { ConsentRules } from '../segment/consent.ts';
import type { IngestReply } from './ingestReplies.ts';
import type { DirectAnswer, DirectRules } from './direct.ts';
import type { Senders } from './senders.ts';

export interface IngestPorts {
  readonly clock: Clock;
  readonly eventsQueue: EventsQueue;
  /** About how many messages the events queue holds; undefined where nobody can tell. */
  readonly backlog: () => Promise<number | undefined>;
  /** All that may send now. Rejects when nobody can tell. */
  readonly senders: () => Promise<Senders>;
  /** What a direct invocation may do. */
  readonly direct: DirectRules;
  /** Which events have the consent that Marketo needs. */
  readonly consent: ConsentRules;
  /** A header, in lower case, that may hold a webhook's key beside its path. */
  readonly webhookKeyHeader?: string | undefined;
  readonly logger: Logger;
}

/** What the clients send beside what every page may: a page that asks with credentials needs names. */
const clientHeaders = [
  'authorization',
  'content-type',
  'x-retry-count',
  'anonymousid',
  'x-write-key',
  'x-ip-policy',
  'x-enable-debug',
];

/**
 * Any page may send, since the write key decides; `*` covers every header but Authorization. There
 * are no cookies here, so a page that sends with credentials reads the same answers. A sender reads
 * Retry-After.
 */
const cors = {
  origin: '*',
  credentials: true,
  methods: 'POST',
  headers: [...clientHeaders, '*'].join(', '),
  exposeHeaders: 'retry-after',
  maxAge: ingestTiming.preflightMaxAgeSeconds,
};

/**
 * The handler of the Tracking API and of webhooks (HTTP API, payload format 2.0). Whatever comes in
 * gets a defined answer: 200 only when everything that was accepted is on the queue, 429 or 503 with
 * `Retry-After` when that cannot be said, and another 4xx for what sending it again would not mend.
 */
export const createIngest = (ports: Omit<IngestPorts, 'direct'>) => {
  const { logger } = ports;
  const deliver = createDeliver({ enqueue: createEnqueue(ports), logger });
  const tracking = createTracking({ ...ports, deliver });
  const webhook = createWebhook({ ...ports, deliver });

  const answer = async (event: APIGatewayProxyEventV2): Promise<IngestReply> => {
    const route = routeOf(event);
    if (route === undefined) return answers.notFound();
    if (route === 'preflight') return answers.preflight();
    if (route === 'metrics') return answers.unread();
    if (route === 'description') return answers.description();
    return route === 'webhook' ? webhook(event) : tracking(event, route);
  };

  return middy<APIGatewayProxyEventV2, IngestReply>(answer)
    .use(httpHeaderNormalizer())
    .use(httpCors(cors))
    .onError((request) => {
      logger.error('a request could not be handled', { because: errorName(request.error) });
      // Set, not returned: a returned answer would go out without its CORS headers.
      request.response = answers.unavailable();
    });
};

/** The whole function: a request of the HTTP API, or a message of Segment's AWS Lambda destination. */
export const createIngestFunction = (ports: IngestPorts) => {
  const request = createIngest(ports);
  const direct = createDirect({ ...ports, enqueue: createEnqueue(ports) });
  return (event: unknown, context: Context): Promise<IngestReply | DirectAnswer> =>
    isRequest(event) ? request(event, context) : direct(event);
};
