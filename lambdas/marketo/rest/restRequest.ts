import * as http from 'node:http';
import * as https from 'node:https';
import { restLimits } from '../../limits.ts';
import type { TransportFailure } from '../transport.ts';

interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Of the token's request it leads to a secret's owner: no URL gets into a log or an error. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What came of one HTTP request. */
export type HttpReply =
  { readonly status: number; readonly text: string } | { readonly failure: TransportFailure };

class AnswerTooLong extends Error {
  readonly code = 'ANSWER_TOO_LONG';
}

const textOf = async (response: http.IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > restLimits.answerBytes) throw new AnswerTooLong();
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/**
 * Sends one request and reads what comes back; redirections are not followed. Never rejects for what
 * the network did. `signal` ends it: nothing of it lives on afterwards.
 */
export const send = async (
  { method, url, headers, body = '' }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> => {
  const isTls = url.protocol === 'https:';
  const connection = { isMade: false };
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = (isTls ? https : http).request(url, {
        method,
        // A connection kept through a frozen Lambda is dead, and would look like an outage.
        agent: false,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' },
        signal,
      });
      request.once('socket', (socket) => {
        socket.once(isTls ? 'secureConnect' : 'connect', () => (connection.isMade = true));
      });
      request.once('response', resolve);
      // For as long as the request lives: it can fail after its response has begun, too.
      request.on('error', reject);
      request.end(body);
    });
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  } catch (error) {
    const code = codeOf(error);
    return {
      failure: {
        ...(signal.aborted && { late: true }),
        ...(code !== undefined && { code }),
        ...(!connection.isMade && { unsent: true }),
      },
    };
  }
};
