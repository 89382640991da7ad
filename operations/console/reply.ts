import type { ServerResponse } from 'node:http';
import type { OperationsError } from '../error.ts';

/** An answer of the console. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const statuses = {
  'bad-input': 400,
  denied: 403,
  'not-found': 404,
  unusable: 409,
  unreachable: 502,
} as const satisfies Record<OperationsError['code'], number>;

export const jsonReply = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(value)),
});

export const errorReply = ({ code, message }: OperationsError): Reply =>
  jsonReply(statuses[code], { code, message });

/** So that no other site can frame an answer, read it or take it for something else. */
export const alwaysHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
} as const;

/** Sends it. */
export const send = (
  response: ServerResponse,
  method: string,
  { status, headers, body }: Reply,
): void => {
  response.writeHead(status, {
    ...alwaysHeaders,
    ...headers,
    'content-length': body.length,
  });
  response.end(method === 'HEAD' ? undefined : body);
};
