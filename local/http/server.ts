import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, request as forward } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Console } from '../../operations/console/server.ts';
import type { Site } from '../demo/site.ts';
import type { LocalFunction } from '../functions/function.ts';
import type { HttpAnswer } from './answer.ts';
import { answerOf, gatewayAnswer } from './answer.ts';
import { eventOf, splitTarget } from './event.ts';
import type { Route } from './routes.ts';
import { createRoutes } from './routes.ts';

/** Where a route leads. */
export interface Integration {
  readonly target: LocalFunction;
  readonly timeoutMs: number;
}

export interface Backend {
  readonly routes: readonly Route<Integration>[];
  /** Where `/simulator/…` goes; absent with a real Marketo. */
  readonly simulatorUrl?: string;
  /** Files beside the HTTP API; absent: none. */
  readonly site?: Site;
  /** What answers under `/console`; absent: nothing. */
  readonly console?: Console;
}

interface Gateway {
  readonly server: Server;
  /** From now on requests are served; before, `/health` and all others answer 503. */
  open(backend: Backend): void;
}

/** API Gateway's payload limit of HTTP APIs. */
const bodyBytes = 10 * 1024 * 1024;

/** The whole body, or undefined where it is too long. */
const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and dropped: a client that still writes would see a reset, not the answer.
    if (bytes <= bodyBytes) chunks.push(chunk);
  }
  return bytes > bodyBytes ? undefined : Buffer.concat(chunks);
};

const send = (response: ServerResponse, { status, headers, body }: HttpAnswer): void => {
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  response.writeHead(status, { 'content-length': body.length }).end(body);
};

const pass = (request: IncomingMessage, response: ServerResponse, base: string): void => {
  const { method, headers } = request;
  const onward = forward(new URL(request.url ?? '/', base), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else send(response, gatewayAnswer(502, 'the simulated Marketo does not answer'));
  });
  request.pipe(onward);
};

/**
 * The HTTP API of the template on this machine, with `/health`, `/simulator/…`, a site and the console
 * beside it.
 */
export const createGateway = (): Gateway => {
  let find: ReturnType<typeof createRoutes<Integration>> | undefined;
  let simulator: string | undefined;
  let site: Site | undefined;
  let operator: Console | undefined;

  const serve = async (request: IncomingMessage): Promise<HttpAnswer> => {
    const { method = 'GET', url = '/', rawHeaders, socket } = request;
    const body = await bodyOf(request);
    const target = splitTarget(url);
    if (!target) return gatewayAnswer(400, 'Bad Request');
    if (!find) return gatewayAnswer(503, 'Service Unavailable');
    const match = find(method, target.path);
    if (!match) return gatewayAnswer(404, 'Not Found');
    if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
    const requestId = randomUUID();
    const event = eventOf(
      { method, rawHeaders, body, sourceIp: socket.remoteAddress ?? '' },
      target,
      {
        routeKey: match.route.key,
        pathParameters: match.pathParameters,
        requestId,
        at: new Date(),
      },
    );
    const { target: called, timeoutMs } = match.route.target;
    const answered = new AbortController();
    const outcome = await Promise.race([
      called.invoke(event),
      sleep(timeoutMs, undefined, { signal: answered.signal, ref: false }),
    ]);
    answered.abort();
    const answer = outcome ? answerOf(outcome) : gatewayAnswer(503, 'Service Unavailable');
    return { ...answer, headers: { ...answer.headers, 'apigw-requestid': requestId } };
  };

  const health = (): HttpAnswer => ({
    status: find ? 200 : 503,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ status: find ? 'ok' : 'starting' })),
  });

  const server = createServer((request, response) => {
    if (operator?.handle(request, response)) return;
    const path = request.url?.split('?')[0] ?? '/';
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const file = isRead ? site?.({ path, host: request.headers.host ?? '' }) : undefined;
    if (path === '/health') {
      send(response, health());
    } else if (path.startsWith('/simulator/') && simulator !== undefined) {
      pass(request, response, simulator);
    } else {
      (file ?? serve(request)).then(
        (answer) => {
          send(response, answer);
        },
        () => {
          response.destroy();
        },
      );
    }
  });
  return {
    server,
    open: ({ routes, simulatorUrl, site: files, console }) => {
      site = files;
      operator = console;
      find = createRoutes(routes);
      simulator = simulatorUrl;
    },
  };
};
