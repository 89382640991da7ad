import { createHmac, timingSafeEqual } from 'node:crypto';
import { nestsDeeper } from '../segment/json.ts';
import type { Json } from '../segment/event.ts';
import type { Sender } from './senders.ts';

/** An `X-Signature` of Segment's form: lower-case hex of an HMAC-SHA1. Undefined for anything else. */
export const signatureIn = (header: string | undefined): Buffer | undefined =>
  header !== undefined && /^[0-9a-f]{40}$/.test(header) ? Buffer.from(header, 'hex') : undefined;

/** The sender whose shared secret made this signature of this content; each compared in constant time. */
export const signerOf = (
  signature: Buffer,
  content: Buffer | string,
  senders: readonly Sender[],
): Sender | undefined =>
  senders.reduce<Sender | undefined>((found, sender) => {
    const made = createHmac('sha1', sender.key).update(content).digest();
    return timingSafeEqual(signature, made) ? (found ?? sender) : found;
  }, undefined);

/**
 * What Segment signs of an array: its first element, written as JSON anew. That proves who sent the
 * request and nothing of the other elements. Undefined where there is none, or one that nests deeper
 * than `levels`.
 */
export const firstOf = (body: Json | undefined, levels: number): string | undefined => {
  const first = Array.isArray(body) ? (body[0] as Json | undefined) : undefined;
  return first === undefined || nestsDeeper(first, levels) ? undefined : JSON.stringify(first);
};
