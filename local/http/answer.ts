import type { Outcome } from '../functions/protocol.ts';
import { isRecord } from '../template.ts';

/** An HTTP answer; a name with several values becomes several header lines. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** An answer of the gateway itself: `{"message": …}`. */
export const gatewayAnswer = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});

const isStatus = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599;

/** Header names in lower case; numbers and booleans as text; undefined where a value is neither. */
const headersOf = (given: unknown): Record<string, string> | undefined => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(isRecord(given) ? given : {})) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
    headers[name.toLowerCase()] = String(value);
  }
  return headers;
};

/**
 * The HTTP answer to a function's result, by payload format 2.0: an object with `statusCode` is
 * taken apart; any other JSON is a 200 whose body it is. A failed or malformed one is a 500.
 */
export const answerOf = (outcome: Outcome): HttpAnswer => {
  const broken = gatewayAnswer(500, 'Internal Server Error');
  if ('error' in outcome) return broken;
  const result: unknown = JSON.parse(outcome.result ?? 'null');
  if (!isRecord(result) || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : (outcome.result ?? '');
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(body),
    };
  }
  const { statusCode, headers: given, cookies = [], body = '', isBase64Encoded } = result;
  const headers = headersOf(given);
  if (!isStatus(statusCode) || !headers || typeof body !== 'string' || !Array.isArray(cookies)) {
    return broken;
  }
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...headers,
      ...(cookies.length > 0 && { 'set-cookie': cookies.map(String) }),
    },
    body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
};
