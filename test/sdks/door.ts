import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { createIngest } from '../../lambdas/ingest/ingest.ts';
import type { EventsQueue } from '../../lambdas/ingest/eventsQueue.ts';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { LocalFunction } from '../../local/functions/function.ts';
import { routesOf } from '../../local/http/connect.ts';
import { createGateway } from '../../local/http/server.ts';
import { closeServer, listen } from '../../local/listen.ts';
import { resourcesOf, type Physicals, type Template } from '../../local/template.ts';
import { consentUnchecked } from '../support/consent.ts';
import { eventsFifo, failingFifo } from './eventsFifo.ts';

/**
 * What befalls one request: SQS is down or pushes back, API Gateway itself throttles, or the
 * connection breaks after everything was accepted.
 */
export type Trouble = 'queue down' | 'queue throttled' | 'gateway throttled' | 'answer lost';

/** One request at the door. */
interface Seen {
  /** Milliseconds on a clock that only rises. */
  readonly at: number;
  readonly path: string;
  /** How its write key came: the first of what it names beside its body. */
  readonly auth: string;
  /** Its Content-Type, and gzip where it is compressed. */
  readonly encoding: string;
  /** How many events it brought, as far as that can be seen in an uncompressed body. */
  readonly events: number;
  /** Of the answer; absent while there is none. */
  status?: number | 'lost';
}

export interface Ingest {
  /** Where an SDK is pointed, without a slash at its end. */
  readonly url: string;
  readonly writeKey: string;
  /** What came of each request that reached the function, preflights excepted. */
  readonly requests: readonly Seen[];
  /** All events that ever were on the queue, in the order in which they came off it. */
  readonly events: () => Promise<readonly QueuedEvent[]>;
  readonly close: () => Promise<void>;
}

interface IngestOptions {
  /** Where the routes come from. */
  readonly template: Template;
  /** Befall the first requests, one each; what comes later finds everything well. */
  readonly troubles?: readonly Trouble[];
  /** Ingest's clock (epoch ms). Default: the machine's. */
  readonly now?: () => number;
}

const writeKey = 'the-write-key';
const sender = {
  key: writeKey,
  source: { name: 'default', kind: 'browser' },
  mayDelete: false,
} as const;
const nothing = (): void => undefined;

/** Answers as API Gateway does where a route is over its rate: it sends no `Retry-After`. */
const gatewayThrottles: APIGatewayProxyStructuredResultV2 = {
  statusCode: 429,
  headers: { 'content-type': 'application/json' },
  body: '{"message":"Too Many Requests"}',
};

const authOf = ({ headers, queryStringParameters: query }: APIGatewayProxyEventV2): string => {
  const scheme = headers['authorization']?.split(' ')[0];
  return (
    scheme ?? (headers['x-write-key'] ? 'X-Write-Key' : query?.['writeKey'] ? 'query' : 'body')
  );
};

const encodingOf = ({ headers }: APIGatewayProxyEventV2): string =>
  [headers['content-type'], headers['content-encoding']].flatMap((part) => part ?? []).join(', ');

/** A stand-in for each function of the template, all with this handler. */
const functionsOf = (
  template: Template,
  physicals: Physicals,
  invoke: LocalFunction['invoke'],
): readonly LocalFunction[] =>
  resourcesOf(template, 'AWS::Lambda::Function').map(([id]) => {
    physicals.set(id, { ref: id, attributes: { Arn: id } });
    const close = (): Promise<void> => Promise.resolve();
    const kill = { killBusy: () => 0, killNext: nothing, renew: nothing, folder: '', close };
    return { name: id, arn: id, handler: 'handler', most: 1, invoke, ...kill };
  });

/**
 * The way in without the way out: the template's routes behind the local HTTP API, the real ingest
 * handler with the AWS client, and SQS's twin, whose messages the test takes off itself.
 */
export const openIngest = async ({
  template,
  troubles = [],
  now = Date.now,
}: IngestOptions): Promise<Ingest> => {
  const well = await eventsFifo();
  const down = await failingFifo(503, 'ServiceUnavailable');
  const throttled = await failingFifo(403, 'RequestThrottled');
  const ingestInto = (eventsQueue: EventsQueue) =>
    createIngest({
      clock: { now: () => epochMs(now()) },
      logger: { call: () => undefined, delivery: nothing, warn: nothing, error: nothing },
      consent: consentUnchecked,
      eventsQueue,
      backlog: () => Promise.resolve(0),
      senders: () => Promise.resolve({ writeKeys: [sender], webhooks: [], webhookKeys: [] }),
    });
  const handlers = {
    'queue down': ingestInto(down.port),
    'queue throttled': ingestInto(throttled.port),
    well: ingestInto(well.port),
  };

  const answerTo = (event: APIGatewayProxyEventV2, trouble: Trouble | 'well') => {
    if (trouble === 'gateway throttled') return Promise.resolve(gatewayThrottles);
    const handler = handlers[trouble === 'answer lost' ? 'well' : trouble];
    return handler(event, {} as Context);
  };

  const ahead = [...troubles];
  const requests: Seen[] = [];
  const invoke: LocalFunction['invoke'] = async (given) => {
    const event = structuredClone(given) as APIGatewayProxyEventV2;
    const { method } = event.requestContext.http;
    if (method === 'OPTIONS') return { result: JSON.stringify(await answerTo(event, 'well')) };
    const seen: Seen = {
      at: performance.now(),
      path: event.rawPath,
      auth: authOf(event),
      encoding: encodingOf(event),
      events: (event.body ?? '').split('"messageId"').length - 1,
    };
    requests.push(seen);
    const trouble = ahead.shift() ?? 'well';
    const answer = await answerTo(event, trouble);
    const isLost = trouble === 'answer lost';
    seen.status = isLost ? 'lost' : (answer.statusCode ?? 200);
    // The gateway cuts the connection where there is nothing to answer with.
    if (isLost) throw new Error('the answer is lost on its way');
    return { result: JSON.stringify(answer) };
  };

  const physicals: Physicals = new Map();
  const functions = functionsOf(template, physicals, invoke);
  const gateway = createGateway();
  const url = await listen(gateway.server);
  gateway.open({ routes: routesOf(template, physicals, functions) });
  return {
    url,
    writeKey,
    requests,
    events: well.events,
    close: async () => {
      await closeServer(gateway.server);
      await Promise.all([well.close(), down.close(), throttled.close()]);
    },
  };
};
