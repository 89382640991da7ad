import { forwardTiming } from '../limits.ts';
import { createRejectRequest } from './rejectionLog.ts';
import * as answers from './ingestReplies.ts';
import { parseForwarded, withoutDeletes } from './requestParser.ts';
import { webhookPathKey } from './routes.ts';
import { senderOf } from './senders.ts';
import { keyedBody, signedBody } from './webhookBody.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { ConsentRules } from '../segment/consent.ts';
import type { IngestReply } from './ingestReplies.ts';
import type { createDeliver } from './deliver.ts';
import type { Senders } from './senders.ts';

interface WebhookPorts {
  readonly clock: Clock;
  readonly senders: () => Promise<Senders>;
  /** A header, in lower case, that holds the key where the path does not. */
  readonly webhookKeyHeader?: string | undefined;
  readonly deliver: ReturnType<typeof createDeliver>;
  readonly consent: ConsentRules;
  readonly logger: Logger;
}

/**
 * What Segment's Webhooks destination sends, signed; or what another sender sends, with a key in the
 * path or in a header. Answers within `forwardTiming.answerMs`, since Segment waits 5 s; it comes
 * again after a 429 or 5xx.
 */
export const createWebhook = (ports: WebhookPorts) => {
  const { clock, senders, webhookKeyHeader, deliver, consent, logger } = ports;
  const refused = createRejectRequest(logger);
  const refusals = {
    closed: () => refused(answers.webhooksClosed(), 'webhookSecret', 'webhooks_closed'),
    unsigned: () => refused(answers.unsigned(), 'X-Signature', 'unauthorized'),
    'wrong key': () => refused(answers.wrongWebhookKey(), 'webhookKey', 'unauthorized'),
    'too large': () => refused(answers.bodyTooLarge(), 'body', 'too_large'),
    malformed: () => refused(answers.malformedJson(), 'body', 'malformed_json'),
  } satisfies Record<string, () => IngestReply>;

  const open = async (event: APIGatewayProxyEventV2) => {
    const { webhooks, webhookKeys } = await senders();
    const key = webhookPathKey(event) ?? (webhookKeyHeader && event.headers[webhookKeyHeader]);
    if ((key === undefined ? webhooks : webhookKeys).length === 0) return 'closed';
    if (key === undefined) return signedBody(event, webhooks);
    const sender = senderOf(key, webhookKeys);
    return sender ? keyedBody(event, sender) : 'wrong key';
  };

  return async (event: APIGatewayProxyEventV2): Promise<IngestReply> => {
    const startedAt = clock.now();
    const opened = await open(event);
    if (typeof opened === 'string') return refusals[opened]();
    const { body, sender } = opened;
    const budgetMs = Math.max(startedAt + forwardTiming.answerMs - clock.now(), 0);
    const read = parseForwarded(body, { receivedAt: clock.now(), source: sender.source, consent });
    const form = { list: Array.isArray(body), budgetMs };
    return deliver(sender.mayDelete ? read : withoutDeletes(read), form);
  };
};
