import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorName } from '../../lambdas/errorName.ts';
import { OperationsError } from '../error.ts';
import type { Operations } from '../ports.ts';
import type { Info } from '../views.ts';
import { bodyOf } from './body.ts';
import { createCalls } from './calls.ts';
import { checkCaller } from './guard.ts';
import { createPage } from './page.ts';
import { errorReply, jsonReply, send, type Reply } from './reply.ts';

interface ConsoleOptions {
  readonly operations: Operations;
  readonly info: Info;
  /** Folder of the page's files, with a slash at its end. Absent: the project's own page. */
  readonly client?: URL;
}

export interface Console {
  /** True when the request was for the console, which then answers it. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => boolean;
}

const root = '/console';
const api = `${root}/api/`;

const problem = (
  status: number,
  code: OperationsError['code'],
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => jsonReply(status, { code, message }, headers);

const replyTo = (error: unknown): Reply =>
  error instanceof OperationsError
    ? errorReply(error)
    : // The text of an error that nobody foresaw may hold what was asked for.
      problem(500, 'unusable', `this failed for a reason nobody foresaw (${errorName(error)})`);

/**
 * The console: its page at `/console`, and its API, `POST /console/api/<call>` with JSON either way.
 * Errors are `{code, message}`. It keeps no state and starts nothing by itself.
 */
export const createConsole = (options: ConsoleOptions): Console => {
  const { operations, info, client = new URL('client/', import.meta.url) } = options;
  const calls = createCalls(operations, info);
  const page = createPage(client);

  const answerCall = async (name: string, request: IncomingMessage): Promise<Reply> => {
    const call = calls.get(name);
    if (!call) {
      const known = [...calls.keys()].join(', ');
      return problem(404, 'unusable', `the console has no such call; it has ${known}`);
    }
    if (request.method !== 'POST') {
      return problem(405, 'bad-input', 'calls are made with POST', { allow: 'POST' });
    }
    return jsonReply(200, await call(await bodyOf(request)));
  };

  const answerPage = async (path: string, method: string): Promise<Reply> => {
    if (method !== 'GET' && method !== 'HEAD') {
      return problem(405, 'bad-input', 'the page is read with GET', { allow: 'GET, HEAD' });
    }
    return (await page(path)) ?? problem(404, 'not-found', 'the console has no such page');
  };

  const answer = async (path: string, request: IncomingMessage): Promise<Reply> => {
    checkCaller(request.headers);
    return path.startsWith(api)
      ? answerCall(path.slice(api.length), request)
      : answerPage(path, request.method ?? 'GET');
  };

  return {
    handle: (request, response) => {
      const [path = ''] = (request.url ?? '/').split('?');
      if (path !== root && !path.startsWith(`${root}/`)) return false;
      void answer(path, request)
        .catch(replyTo)
        .then((reply) => {
          send(response, request.method ?? 'GET', reply);
        });
      return true;
    },
  };
};
