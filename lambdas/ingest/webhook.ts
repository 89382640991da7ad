import { forwardTiming, ingestLimits } from '../limits.ts';
import { createRefused } from './account.ts';
import * as answers from './answers.ts';
import { jsonIn, openBody, plainJsonIn } from './body.ts';
import { readForwarded, withoutDeletes } from './door.ts';
import { firstOf, signatureIn, signerOf } from './signature.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { ConsentRules } from '../segment/consent.ts';
import type { Answer } from './answers.ts';
import type { createDeliver } from './deliver.ts';
import type { Senders } from './senders.ts';

interface WebhookPorts {
  readonly clock: Clock;
  readonly senders: () => Promise<Senders>;
  readonly deliver: ReturnType<typeof createDeliver>;
  readonly consent: ConsentRules;
  readonly logger: Logger;
}

const openingBracket = '['.charCodeAt(0);

/**
 * What Segment's Webhooks destination sends: one event, or an array of events of which only the
 * first is signed. A signature of the bytes as sent is checked before anything is read from them.
 * Answers within `forwardTiming.answerMs`, since Segment waits 5 s; it comes again after a 429 or 5xx.
 */
export const createWebhook = (ports: WebhookPorts) => {
  const { clock, senders, deliver, consent, logger } = ports;
  const refused = createRefused(logger);
  const unsigned = (): Answer => refused(answers.unsigned(), 'X-Signature', 'unauthorized');
  const malformed = (): Answer => refused(answers.malformedJson(), 'body', 'malformed_json');

  return async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const startedAt = clock.now();
    const { webhooks } = await senders();
    if (webhooks.length === 0)
      return refused(answers.webhooksClosed(), 'webhookSecret', 'webhooks_closed');
    const signature = signatureIn(event.headers['x-signature']);
    if (!signature) return unsigned();
    const opened = openBody(event, ingestLimits.batchBytes);
    if (opened === 'too large') return refused(answers.bodyTooLarge(), 'body', 'too_large');
    if (opened === 'malformed') return malformed();

    const { sent, bytes } = opened;
    const whole = signerOf(signature, sent, webhooks);
    // Only an array has another signature, so nothing else is parsed for one.
    if (!whole && bytes[0] !== openingBracket) return unsigned();
    const body = jsonIn(bytes);
    const first = whole ? undefined : firstOf(plainJsonIn(bytes), ingestLimits.nesting);
    const signer =
      whole ?? (first === undefined ? undefined : signerOf(signature, first, webhooks));
    if (!signer) return unsigned();
    if (body === undefined) return malformed();

    const budgetMs = Math.max(startedAt + forwardTiming.answerMs - clock.now(), 0);
    const read = readForwarded(body, { receivedAt: clock.now(), source: signer.source, consent });
    const form = { list: Array.isArray(body), budgetMs };
    return deliver(signer.mayDelete ? read : withoutDeletes(read), form);
  };
};
