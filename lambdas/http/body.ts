import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Json } from '../segment/event.ts';

type Sent = Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>;

/** The body as it was sent. */
export const bytesOf = ({ body = '', isBase64Encoded }: Sent): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** How gzip begins, and no JSON does (RFC 1952). */
const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

interface Opened {
  /** As it was sent. */
  readonly sent: Buffer;
  /** Without its compression. */
  readonly bytes: Buffer;
}

/**
 * A request's body without its compression, told by how it begins: gateways are reported to unpack a
 * body and leave its `Content-Encoding` there. Neither form has more than `most` bytes: unpacking
 * stops there, so that a small body cannot fill the memory.
 */
export const openBody = (event: Sent, most: number): Opened | 'too large' | 'malformed' => {
  const sent = bytesOf(event);
  if (sent.length > most) return 'too large';
  if (!isGzip(sent)) return { sent, bytes: sent };
  try {
    return { sent, bytes: gunzipSync(sent, { maxOutputLength: most }) };
  } catch (error) {
    return error instanceof RangeError ? 'too large' : 'malformed';
  }
};

/** The shortest run of digits that may be an integer beyond 2^53, which has 16. */
const longNumber = /\d{16}/;

/**
 * An integer beyond 2^53 as its own digits: JavaScript would round it, and two people whose ids
 * differ in the last digit would be one.
 */
const exact = (
  _key: string,
  value: unknown,
  { source = '' }: { readonly source?: string },
): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
    ? source
    : value;

/** The types of ECMAScript 2025 do not know the third argument yet. */
const parse = JSON.parse as (text: string, reviver?: typeof exact) => unknown;

const textOf = (bytes: Buffer): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** The JSON in a body as JavaScript reads it, and its senders' JavaScript wrote it. */
export const plainJsonIn = (bytes: Buffer): Json | undefined => {
  try {
    return JSON.parse(textOf(bytes)) as Json;
  } catch {
    return undefined;
  }
};

/**
 * The JSON in a body, whatever its Content-Type says; undefined where it is none. Integers that
 * JavaScript cannot hold are text.
 */
export const jsonIn = (bytes: Buffer): Json | undefined => {
  try {
    const text = textOf(bytes);
    return parse(text, longNumber.test(text) ? exact : undefined) as Json;
  } catch {
    return undefined;
  }
};
