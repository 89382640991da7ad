import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Operations } from '../ports.ts';
import type { Info } from '../views.ts';
import { createAnswers, replyTo, root } from './answers.ts';
import { textOf } from './body.ts';
import { checkCaller } from './guard.ts';
import { createPage } from './page.ts';
import { pageFilesIn } from './pageFiles.ts';
import { send } from './reply.ts';
import type { Caller } from './caller.ts';

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

/** Whoever may use this machine. */
const thisMachine = (): Promise<Caller> => Promise.resolve({ role: 'operator' });

/** The console for this machine alone, without a sign-in. */
export const createConsole = (options: ConsoleOptions): Console => {
  const { operations, info, client = new URL('client/', import.meta.url) } = options;
  const page = createPage(pageFilesIn(client));
  const answers = createAnswers({ operations, info, page });

  return {
    handle: (request, response) => {
      const [path = ''] = (request.url ?? '/').split('?');
      if (path !== root && !path.startsWith(`${root}/`)) return false;
      const { headers, method = 'GET' } = request;
      const answer = async () => {
        checkCaller(headers);
        return answers({
          method,
          path,
          contentType: headers['content-type'],
          body: () => textOf(request),
          caller: thisMachine,
        });
      };
      void answer()
        .catch(replyTo)
        .then((reply) => {
          send(response, method, reply);
        });
      return true;
    },
  };
};
