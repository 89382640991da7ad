import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { EpochMs } from '../../../lambdas/segment/time.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { createSoapMarketo } from '../../../lambdas/marketo/soap/soapClient.ts';
import { never } from '../deadline.ts';
import { complaints } from './validate.ts';

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

const prologue = '<?xml version="1.0" encoding="UTF-8"?>';

export const envelope = (body: string): string =>
  `${prologue}<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="http://www.marketo.com/mktows/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;

const statusXml = (id: number, status: string, error?: string): string =>
  `<leadId>${id}</leadId><status>${status}</status>${error === undefined ? '<error xsi:nil="true"/>' : `<error>${error}</error>`}`;

export const syncLeadAnswer = (id: number, status: string, error?: string): Step => ({
  body: envelope(
    `<ns1:successSyncLead><result><leadId>${id}</leadId><syncStatus>${statusXml(id, status, error)}</syncStatus><leadRecord xsi:nil="true"/></result></ns1:successSyncLead>`,
  ),
});

export const syncMultipleAnswer = (
  ...statuses: readonly (readonly [id: number, status: string, error?: string])[]
): Step => ({
  body: envelope(
    `<ns1:successSyncMultipleLeads><result><syncStatusList>${statuses
      .map((status) => `<syncStatus>${statusXml(...status)}</syncStatus>`)
      .join('')}</syncStatusList></result></ns1:successSyncMultipleLeads>`,
  ),
});

/** A fault as Marketo sends it; without `code` there is no `detail`. */
export const fault = (faultstring: string, code?: string, message = faultstring): Step => ({
  status: 500,
  body: envelope(
    `<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode><faultstring>${faultstring}</faultstring>${
      code === undefined
        ? ''
        : `<detail><ns1:serviceException><name>mktServiceException</name><message>${message}</message><code>${code}</code></ns1:serviceException></detail>`
    }</SOAP-ENV:Fault>`,
  ),
});

export const now: EpochMs = epochMs(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
const munchkinId = '561-HYG-937';
export const credentials = { userId: 'demo17_1&more', encryptionKey: '27272727aa' };

/**
 * A server for the tests of one file that answers each request with the next step, and keeps what
 * it received. After the last test, every request must be valid by the schema in our WSDL.
 */
export const scriptedMarketo = () => {
  const all: string[] = [];
  let received: Received[] = [];
  let steps: Step[] = [];
  let endpoint = '';

  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      received.push({ method, path, headers, body });
      all.push(body);
      const step = steps.length > 1 ? steps.shift() : steps[0];
      if (step === undefined) throw new Error('a request that the test did not expect');
      if ('do' in step) step.do(request.socket);
      else {
        const type = { 'Content-Type': 'text/xml; charset=utf-8' };
        response.writeHead(step.status ?? 200, { ...type, ...step.headers }).end(step.body);
      }
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/soap/mktows/3_1`;
  });
  beforeEach(() => {
    received = [];
    steps = [];
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await complaints(all)).toEqual([]);
    expect(all.length).toBeGreaterThan(0);
  });

  return {
    /** The last of the steps answers all further requests. */
    script: (...next: readonly Step[]): void => {
      steps = [...next];
    },
    received: (): readonly Received[] => received,
    endpoint: (): string => endpoint,
    client: (options: Partial<Parameters<typeof createSoapMarketo>[0]> = {}) =>
      createSoapMarketo({
        endpoint,
        munchkinId,
        clock: { now: () => now },
        credentials: () => Promise.resolve(credentials),
        abortAfter: never,
        ...options,
      }),
  };
};
