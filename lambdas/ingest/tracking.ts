import { ingestLimits } from '../limits.ts';
import { createRejectRequest } from './rejectionLog.ts';
import * as answers from './ingestReplies.ts';
import { jsonIn, openBody } from '../http/body.ts';
import { parseBatch, parseOne, withoutDeletes } from './requestParser.ts';
import { senderOf } from './senders.ts';
import { bodyKey, requestKeys } from './writeKeys.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { ConsentRules } from '../segment/consent.ts';
import type { IngestReply } from './ingestReplies.ts';
import type { createDeliver } from './deliver.ts';
import type { RequestKind } from './routes.ts';
import type { Sender, Senders } from './senders.ts';

interface TrackingPorts {
  readonly clock: Clock;
  readonly senders: () => Promise<Senders>;
  readonly deliver: ReturnType<typeof createDeliver>;
  readonly consent: ConsentRules;
  readonly logger: Logger;
}

/**
 * A call of the Tracking API. The write key is the first of ours among those that the request names
 * in its headers, its query and its body: an OAuth sender's header holds a token, and the body the
 * key. Whoever names an unknown key is told nothing about the body.
 */
export const createTracking = (ports: TrackingPorts) => {
  const { clock, senders, deliver, consent, logger } = ports;
  const find = async (key: string | undefined): Promise<Sender | undefined> =>
    key === undefined ? undefined : senderOf(key, (await senders()).writeKeys);
  const refused = createRejectRequest(logger);
  const unauthorized = (): IngestReply =>
    refused(answers.unauthorized(), 'writeKey', 'unauthorized');
  const malformed = (): IngestReply => refused(answers.malformedJson(), 'body', 'malformed_json');
  const tooLarge = (): IngestReply => refused(answers.bodyTooLarge(), 'body', 'too_large');

  const findFirst = async (keys: readonly string[]): Promise<Sender | undefined> => {
    for (const key of keys) {
      const found = await find(key);
      if (found) return found;
    }
    return undefined;
  };

  return async (
    event: APIGatewayProxyEventV2,
    kind: Exclude<RequestKind, 'webhook' | 'metrics' | 'description'>,
  ): Promise<IngestReply> => {
    const named = requestKeys(event);
    const early = await findFirst(named);
    const isStranger = named.length > 0 && !early;
    const opened = openBody(event, ingestLimits.bodyBytes);
    if (opened === 'too large') return isStranger ? unauthorized() : tooLarge();
    const body = opened === 'malformed' ? undefined : jsonIn(opened.bytes);
    if (body === undefined) return isStranger ? unauthorized() : malformed();
    const sender = early ?? (await find(bodyKey(body)));
    if (!sender) return unauthorized();
    const terms = { receivedAt: clock.now(), source: sender.source, consent };
    if (kind !== 'batch') return deliver(parseOne(body, kind, terms), { list: false });
    const read = parseBatch(body, terms);
    return deliver(sender.mayDelete ? read : withoutDeletes(read), { list: true });
  };
};
