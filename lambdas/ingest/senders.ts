import { createHash, timingSafeEqual } from 'node:crypto';
import type { Source } from '../segment/source.ts';

/** A write key, or a webhook's shared secret or key, and what it is good for. */
export interface Sender {
  readonly key: string;
  readonly source: Source;
  /** Users may be deleted with it. */
  readonly mayDelete: boolean;
}

/** All that may send now, as the ingest secret holds them. */
export interface Senders {
  readonly writeKeys: readonly Sender[];
  /** By the secret that signs; none: signed webhooks are closed. */
  readonly webhooks: readonly Sender[];
  /** By the key that a sender without signatures carries; none: those webhooks are closed. */
  readonly webhookKeys: readonly Sender[];
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The sender whose key this is. Compares with every key, each in constant time and as digests
 * of one length: the time of the answer tells nothing of any key.
 */
export const senderOf = (given: string, senders: readonly Sender[]): Sender | undefined => {
  const wanted = digest(given);
  return senders.reduce<Sender | undefined>((found, sender) => {
    const isSame = timingSafeEqual(wanted, digest(sender.key));
    return isSame ? (found ?? sender) : found;
  }, undefined);
};
