import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Json } from '../segment/event.ts';

/** The body as it was sent. */
export const bytesOf = ({
  body = '',
  isBase64Encoded,
}: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** The JSON in a body, whatever its Content-Type says; undefined where it is none. */
export const jsonIn = (bytes: Buffer): Json | undefined => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch {
    return undefined;
  }
};
