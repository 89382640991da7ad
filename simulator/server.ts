import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { marketoWsdl } from '../lambdas/marketo/soap/wsdl.ts';
import type { HttpAnswer } from './answer.ts';
import { json, plain } from './answer.ts';
import { answerInspect } from './inspect.ts';
import { foreignHeader } from './loopback.ts';
import { answerAssociateLead, answerVisit } from './munchkin.ts';
import { munchkinScriptAt } from './munchkinScript.ts';
import { answerRest } from './rest/endpoint.ts';
import { answerToken } from './rest/identity.ts';
import { bodyBytes, importRequestBytes } from './rules.ts';
import type { SimulatorOptions } from './options.ts';
import type { Simulator } from './simulator.ts';
import { createSimulator } from './simulator.ts';
import { answerSoap } from './soap/endpoint.ts';

const soapPath = '/soap/mktows/3_1';
const visitPath = '/webevents/visitWebPage';
const associateLeadPath = '/webevents/associateLead';
const tokenPath = '/identity/oauth/token';

export interface ServedSimulator {
  readonly url: string;
  readonly soapEndpoint: string;
  /** What the paths of the REST API (`/identity/…`, `/rest/…`, `/bulk/…`) are appended to. */
  readonly restEndpoint: string;
  /** What Munchkin's paths (`/webevents/…`) are appended to. */
  readonly munchkinEndpoint: string;
  readonly simulator: Simulator;
  readonly close: () => Promise<void>;
}

/** Why a request for the simulator's own API is refused: it shows and changes personal data. */
const refusals = {
  host: '/simulator/ answers at localhost, 127.0.0.1 and [::1] only: ask it under one of these names',
  origin: 'pages of another site may not ask /simulator/',
} as const;

const wsdlFor = (endpoint: string): HttpAnswer => ({
  status: 200,
  type: 'text/xml; charset=utf-8',
  body: marketoWsdl.replace(/(<soap:address location=")[^"]*/, (_all, start: string) => {
    return `${start}${endpoint}`;
  }),
});

/** Undefined for a body that is too large; its rest is read and thrown away. */
const readBody = async (
  request: IncomingMessage,
  maxBytes: number,
): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks).toString('utf8');
};

const answerTo = async (
  simulator: Simulator,
  request: IncomingMessage,
  base: string,
): Promise<HttpAnswer> => {
  const { method = '', headers } = request;
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', base);
  const maxBytes = path.startsWith('/bulk/') ? importRequestBytes : bodyBytes;
  const body = await readBody(request, maxBytes);
  if (body === undefined) return plain(413, `the body is over ${maxBytes} bytes\n`);
  if (path === soapPath) {
    if (method === 'GET' && [...query.keys()].some((name) => /^wsdl$/i.test(name)))
      return wsdlFor(`${base}${soapPath}`);
    if (method !== 'POST') return plain(405, 'POST a SOAP request, or GET ?WSDL\n');
    simulator.options.onSoapRequest?.(body);
    const action = headers['soapaction'];
    const contentType = headers['content-type'];
    return answerSoap(simulator, {
      body,
      contentType,
      action: Array.isArray(action) ? action[0] : action,
    });
  }
  if (path === visitPath || path === associateLeadPath) {
    if (method !== 'GET' && method !== 'POST') return plain(405, 'GET or POST\n');
    const answer = path === visitPath ? answerVisit : answerAssociateLead;
    return answer(simulator, query, body);
  }
  const script = munchkinScriptAt(path);
  if (script !== undefined) {
    return method === 'GET' ? script : plain(405, 'GET\n');
  }
  if (path === tokenPath || /^\/(rest|bulk)\//.test(path)) {
    const { authorization, 'content-type': contentType } = headers;
    const rest = { method, path, query, body, contentType, authorization };
    return path === tokenPath
      ? answerToken(simulator, rest)
      : answerRest(simulator, request.url ?? '', rest);
  }
  const foreign = path.startsWith('/simulator/') ? foreignHeader(headers) : undefined;
  if (foreign !== undefined) return json(403, { error: refusals[foreign] });
  return answerInspect(simulator, { method, path, query, body });
};

const send = (response: ServerResponse, answer: HttpAnswer): void => {
  if (answer === 'drop') {
    response.socket?.destroy();
    return;
  }
  response.writeHead(answer.status, { 'content-type': answer.type });
  response.end(answer.body);
};

const listen = async (server: Server, port: number): Promise<string> => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
};

/** Serves a simulated Marketo on loopback; port 0 takes a free one. */
export const serveSimulator = async ({
  port,
  ...options
}: SimulatorOptions & { readonly port: number }): Promise<ServedSimulator> => {
  const simulator = createSimulator(options);
  let base = '';
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      send(response, await answerTo(simulator, request, base));
    } catch (error) {
      send(response, json(500, { error: error instanceof Error ? error.message : String(error) }));
    }
  };
  const server = createServer((request, response) => void handle(request, response));
  base = await listen(server, port);
  return {
    url: base,
    soapEndpoint: `${base}${soapPath}`,
    restEndpoint: base,
    munchkinEndpoint: base,
    simulator,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
