import { forwardTiming, ingestLimits } from '../limits.ts';
import { createRefused } from './account.ts';
import * as answers from './answers.ts';
import { jsonIn, openBody } from './body.ts';
import { readForwarded } from './door.ts';
import { firstOf, signatureIn, signs } from './signature.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { ConsentRules } from '../segment/consent.ts';
import type { Answer } from './answers.ts';
import type { createDeliver } from './deliver.ts';

interface WebhookPorts {
  readonly clock: Clock;
  /** The shared secrets that are good now; none: webhooks are closed. */
  readonly webhookSecrets: () => Promise<readonly string[]>;
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
  const { clock, webhookSecrets, deliver, consent, logger } = ports;
  const refused = createRefused(logger);
  const unsigned = (): Answer => refused(answers.unsigned(), 'X-Signature', 'unauthorized');
  const malformed = (): Answer => refused(answers.malformedJson(), 'body', 'malformed_json');

  return async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const startedAt = clock.now();
    const secrets = await webhookSecrets();
    if (secrets.length === 0)
      return refused(answers.webhooksClosed(), 'webhookSecret', 'webhooks_closed');
    const signature = signatureIn(event.headers['x-signature']);
    if (!signature) return unsigned();
    const opened = openBody(event, ingestLimits.batchBytes);
    if (opened === 'too large') return refused(answers.bodyTooLarge(), 'body', 'too_large');
    if (opened === 'malformed') return malformed();

    const { sent, bytes } = opened;
    const wholeSigned = signs(signature, sent, secrets);
    // Only an array has another signature, so nothing else is parsed for one.
    if (!wholeSigned && bytes[0] !== openingBracket) return unsigned();
    const body = jsonIn(bytes);
    if (!wholeSigned) {
      const first = firstOf(body, ingestLimits.nesting);
      if (first === undefined || !signs(signature, first, secrets)) return unsigned();
    }
    if (body === undefined) return malformed();

    const budgetMs = Math.max(startedAt + forwardTiming.answerMs - clock.now(), 0);
    return deliver(readForwarded(body, { receivedAt: clock.now(), consent }), {
      list: Array.isArray(body),
      budgetMs,
    });
  };
};
