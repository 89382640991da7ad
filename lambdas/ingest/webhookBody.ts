import { ingestLimits } from '../limits.ts';
import { jsonIn, openBody, plainJsonIn } from '../http/body.ts';
import { firstOf, signatureIn, signerOf } from './webhookSignature.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Json } from '../segment/event.ts';
import type { Sender } from './senders.ts';

/** What a webhook brings, and who sent it. */
interface Signed {
  readonly body: Json;
  readonly sender: Sender;
}

const openingBracket = '['.charCodeAt(0);

/** The JSON of a webhook whose sender is known by a key. */
export const keyedBody = (
  event: APIGatewayProxyEventV2,
  sender: Sender,
): Signed | 'too large' | 'malformed' => {
  const opened = openBody(event, ingestLimits.bodyBytes);
  if (typeof opened === 'string') return opened;
  const body = jsonIn(opened.bytes);
  return body === undefined ? 'malformed' : { body, sender };
};

/**
 * The JSON of a webhook that one of these senders signed: one event, or an array of events of which
 * only the first is signed. A signature of the bytes as sent is checked before anything is read.
 */
export const signedBody = (
  event: APIGatewayProxyEventV2,
  senders: readonly Sender[],
): Signed | 'too large' | 'malformed' | 'unsigned' => {
  const signature = signatureIn(event.headers['x-signature']);
  if (!signature) return 'unsigned';
  const opened = openBody(event, ingestLimits.bodyBytes);
  if (typeof opened === 'string') return opened;

  const { sent, bytes } = opened;
  const whole = signerOf(signature, sent, senders);
  // Only an array has another signature, so nothing else is parsed for one.
  if (!whole && bytes[0] !== openingBracket) return 'unsigned';
  const body = jsonIn(bytes);
  const first = whole ? undefined : firstOf(plainJsonIn(bytes), ingestLimits.nesting);
  const sender = whole ?? (first === undefined ? undefined : signerOf(signature, first, senders));
  if (!sender) return 'unsigned';
  return body === undefined ? 'malformed' : { body, sender };
};
