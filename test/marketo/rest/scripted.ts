import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { never } from '../deadline.ts';
import { createRestMarketo } from '../../../lambdas/marketo/rest/restClient.ts';
import type { EpochMs } from '../../../lambdas/segment/time.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the server does with one request. */
type Step =
  | { readonly status?: number; readonly body: string; readonly headers?: Record<string, string> }
  | { readonly do: (socket: Socket) => void };

const json = (body: object, status = 200): Step => ({ status, body: JSON.stringify(body) });

export interface Complaint {
  readonly code: string | number;
  readonly message: string;
}

export const success = (...result: readonly object[]): Step =>
  json({ requestId: 'e42b#14272d07d78', success: true, result });

export const failure = (...errors: readonly Complaint[]): Step =>
  json({ requestId: 'e42b#14272d07d78', success: false, errors });

export const skipped = (...reasons: readonly Complaint[]): object => ({
  status: 'skipped',
  reasons,
});

export const tokenAnswer = (token: string, lifeSeconds = 3_599): Step =>
  json({
    access_token: token,
    token_type: 'bearer',
    expires_in: lifeSeconds,
    scope: 'apis@acmeinc.com',
  });

export const now: EpochMs = epochMs(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
export const munchkinId = '561-HYG-937';
export const credentials = { clientId: 'client-1&more', clientSecret: 'sEcReT+/=1' };

/**
 * A server for the tests of one file: each API request gets the next step, each question for a token
 * the next token step. The last step answers all further requests.
 */
export const scriptedMarketo = () => {
  let received: Received[] = [];
  let asked: Received[] = [];
  let steps: Step[] = [];
  let tokenSteps: Step[] = [];
  let endpoint = '';

  const next = (from: Step[]): Step => {
    const step = from.length > 1 ? from.shift() : from[0];
    if (step === undefined) throw new Error('a request that the test did not expect');
    return step;
  };

  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const isToken = path.startsWith('/identity/');
      (isToken ? asked : received).push({ method, path, headers, body });
      const step = next(isToken ? tokenSteps : steps);
      if ('do' in step) step.do(request.socket);
      else {
        const type = { 'Content-Type': 'application/json;charset=UTF-8' };
        response.writeHead(step.status ?? 200, { ...type, ...step.headers }).end(step.body);
      }
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    received = [];
    asked = [];
    steps = [];
    tokenSteps = [tokenAnswer('t1')];
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  return {
    script: (...list: readonly Step[]): void => {
      steps = [...list];
    },
    tokens: (...list: readonly Step[]): void => {
      tokenSteps = [...list];
    },
    /** The API requests. */
    received: (): readonly Received[] => received,
    /** The questions for a token. */
    asked: (): readonly Received[] => asked,
    endpoint: (): string => endpoint,
    client: (options: Partial<Parameters<typeof createRestMarketo>[0]> = {}) =>
      createRestMarketo({
        endpoint,
        munchkinId,
        clock: { now: () => now },
        credentials: () => Promise.resolve(credentials),
        abortAfter: never,
        ...options,
      }),
  };
};
