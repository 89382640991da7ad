import { ingestLimits } from '../limits.ts';
import { createRefused } from './account.ts';
import * as answers from './answers.ts';
import { jsonIn, openBody } from './body.ts';
import { readBatch, readOne, withoutDeletes } from './door.ts';
import { bodyKey, headerKey, isWriteKey } from './writeKeys.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { ConsentRules } from '../segment/consent.ts';
import type { Answer } from './answers.ts';
import type { createDeliver } from './deliver.ts';
import type { Way } from './routes.ts';

interface TrackingPorts {
  readonly clock: Clock;
  readonly writeKeys: () => Promise<readonly string[]>;
  /** Those of them with which users may be deleted, too. */
  readonly deleteKeys: () => Promise<readonly string[]>;
  readonly deliver: ReturnType<typeof createDeliver>;
  readonly consent: ConsentRules;
  readonly logger: Logger;
}

/**
 * A call of the Tracking API. A write key in a header is checked before the body is looked at; only
 * where there is none is the body opened, within its limits, to look for a key in it.
 */
export const createTracking = (ports: TrackingPorts) => {
  const { clock, writeKeys, deleteKeys, deliver, consent, logger } = ports;
  const opens = async (key: string): Promise<boolean> => isWriteKey(key, await writeKeys());
  const refused = createRefused(logger);
  const unauthorized = (): Answer => refused(answers.unauthorized(), 'writeKey', 'unauthorized');
  const malformed = (): Answer => refused(answers.malformedJson(), 'body', 'malformed_json');

  return async (event: APIGatewayProxyEventV2, way: Exclude<Way, 'webhook'>): Promise<Answer> => {
    const named = headerKey(event.headers.authorization);
    if (named !== undefined && !(await opens(named))) return unauthorized();
    const opened = openBody(event, ingestLimits.batchBytes);
    if (opened === 'too large') return refused(answers.bodyTooLarge(), 'body', 'too_large');
    const body = opened === 'malformed' ? undefined : jsonIn(opened.bytes);
    if (body === undefined) return malformed();
    const key = named ?? bodyKey(body);
    if (key === undefined || (named === undefined && !(await opens(key)))) return unauthorized();
    const terms = { receivedAt: clock.now(), consent };
    if (way !== 'batch') return deliver(readOne(body, way, terms), { list: false });
    const read = readBatch(body, terms);
    const mayDelete = isWriteKey(key, await deleteKeys());
    return deliver(mayDelete ? read : withoutDeletes(read), { list: true });
  };
};
