import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Json } from '../segment/event.ts';

/** The body as it was sent. */
export const bytesOf = ({
  body = '',
  isBase64Encoded,
}: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/**
 * The body without its compression, where its `Content-Encoding` names gzip; undefined where that is
 * not what it is. Unpacking stops at `most` bytes, so that a small body cannot fill the memory.
 */
export const unpacked = (
  bytes: Buffer,
  encoding: string | undefined,
  most: number,
): Buffer | 'too large' | undefined => {
  if (encoding?.trim().toLowerCase() !== 'gzip') return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (error) {
    const isLarge = error instanceof RangeError;
    return isLarge ? 'too large' : undefined;
  }
};

/** The JSON in a body, whatever its Content-Type says; undefined where it is none. */
export const jsonIn = (bytes: Buffer): Json | undefined => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch {
    return undefined;
  }
};
