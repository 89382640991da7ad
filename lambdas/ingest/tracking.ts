import { ingestLimits } from '../limits.ts';
import { createRefused } from './account.ts';
import * as answers from './answers.ts';
import { jsonIn, openBody } from './body.ts';
import { readBatch, readOne, withoutDeletes } from './door.ts';
import { senderOf } from './senders.ts';
import { bodyKey, headerKey } from './writeKeys.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { ConsentRules } from '../segment/consent.ts';
import type { Answer } from './answers.ts';
import type { createDeliver } from './deliver.ts';
import type { Way } from './routes.ts';
import type { Sender, Senders } from './senders.ts';

interface TrackingPorts {
  readonly clock: Clock;
  readonly senders: () => Promise<Senders>;
  readonly deliver: ReturnType<typeof createDeliver>;
  readonly consent: ConsentRules;
  readonly logger: Logger;
}

/**
 * A call of the Tracking API. A write key in a header is checked before the body is looked at; only
 * where there is none is the body opened, within its limits, to look for a key in it.
 */
export const createTracking = (ports: TrackingPorts) => {
  const { clock, senders, deliver, consent, logger } = ports;
  const find = async (key: string | undefined): Promise<Sender | undefined> =>
    key === undefined ? undefined : senderOf(key, (await senders()).writeKeys);
  const refused = createRefused(logger);
  const unauthorized = (): Answer => refused(answers.unauthorized(), 'writeKey', 'unauthorized');
  const malformed = (): Answer => refused(answers.malformedJson(), 'body', 'malformed_json');

  return async (event: APIGatewayProxyEventV2, way: Exclude<Way, 'webhook'>): Promise<Answer> => {
    const named = headerKey(event.headers.authorization);
    const early = await find(named);
    if (named !== undefined && !early) return unauthorized();
    const opened = openBody(event, ingestLimits.batchBytes);
    if (opened === 'too large') return refused(answers.bodyTooLarge(), 'body', 'too_large');
    const body = opened === 'malformed' ? undefined : jsonIn(opened.bytes);
    if (body === undefined) return malformed();
    const sender = early ?? (await find(bodyKey(body)));
    if (!sender) return unauthorized();
    const terms = { receivedAt: clock.now(), source: sender.source, consent };
    if (way !== 'batch') return deliver(readOne(body, way, terms), { list: false });
    const read = readBatch(body, terms);
    return deliver(sender.mayDelete ? read : withoutDeletes(read), { list: true });
  };
};
