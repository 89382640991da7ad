import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import { ingestLimits } from '../../lib/timing.ts';
import { account } from './account.ts';
import * as answers from './answers.ts';
import { bytesOf, jsonIn, unpacked } from './body.ts';
import { readBatch, readOne, statusOf } from './door.ts';
import { routeOf } from './routes.ts';
import { stamp } from './stamp.ts';
import { basicUser, isWriteKey } from './writeKeys.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock, EventsQueue } from '../ports.ts';
import type { Reading } from '../segment/message.ts';
import type { Answer } from './answers.ts';
import { errorName } from '../errorName.ts';

export interface IngestPorts {
  readonly clock: Clock;
  readonly eventsQueue: EventsQueue;
  /** The write keys that are good now. Rejects when nobody can tell. */
  readonly writeKeys: () => Promise<readonly string[]>;
  readonly newMessageId: () => string;
  readonly logger: Logger;
}

/**
 * The handler of the Tracking API (HTTP API, payload format 2.0). Whatever comes in gets a defined
 * answer: 200 only when everything that was accepted is on the queue, 503 with `Retry-After` when
 * that cannot be said, and 4xx for what sending it again would not mend.
 */
export const createIngest = (ports: IngestPorts) => {
  const { clock, eventsQueue, writeKeys, newMessageId, logger } = ports;

  /** Puts the events among the readings on the queue; false when any of them is not safe there. */
  const enqueue = async (readings: readonly Reading[]): Promise<boolean> => {
    const entries = readings.flatMap((reading, index) =>
      reading.kind === 'event' ? [stamp(reading.event, index, newMessageId)] : [],
    );
    const unsafe = entries.length > 0 ? await eventsQueue.send(entries) : [];
    const [first] = unsafe;
    if (first) {
      const facts = { unsafe: unsafe.length, of: entries.length, because: first.because };
      logger.error('events are not safe on the queue', facts);
      return false;
    }
    for (const { event } of entries) {
      logger.delivery({
        step: 'queued',
        messageId: event.messageId,
        messages: [event.messageHash],
      });
    }
    return true;
  };

  const answer = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const route = routeOf(event);
    if (!route) return answers.notFound();
    const user = basicUser(event.headers.authorization);
    if (user === undefined || !isWriteKey(user, await writeKeys())) return answers.unauthorized();
    const most = ingestLimits.batchBytes;
    const bytes = unpacked(bytesOf(event), event.headers['content-encoding'], most);
    if (bytes === 'too large' || (bytes && bytes.length > most)) {
      return answers.tooLarge(`a body must have at most ${most} bytes`);
    }
    const body = bytes && jsonIn(bytes);
    if (body === undefined) return answers.malformedJson();

    const receivedAt = clock.now();
    const read =
      route === 'batch'
        ? readBatch(body, receivedAt)
        : { readings: [readOne(body, route, receivedAt)] };
    if ('problem' in read) {
      return answers.refusedRequest(read.problem, statusOf([read.problem]));
    }
    const { readings } = read;
    if (!(await enqueue(readings))) return answers.unavailable();
    const errors = account(readings, logger);
    if (errors.length < readings.length) return answers.accepted(errors);
    const [only] = errors;
    return route === 'batch' || !only
      ? answers.refusedBatch(errors, statusOf(errors))
      : answers.refusedRequest(only, statusOf(errors));
  };

  return middy<APIGatewayProxyEventV2, Answer>(answer)
    .use(httpHeaderNormalizer())
    .onError((request) => {
      logger.error('a request could not be handled', { because: errorName(request.error) });
      return answers.unavailable();
    });
};
