import type * as Soap from 'soap';
import type { Fault } from './faults.ts';
import { faultOf } from './faults.ts';
import type { SoapRequest } from './params.ts';
import type { TransportFailure } from '../transport.ts';
import { marketoWsdl } from './wsdl.ts';

/** What came of one request. */
export type SoapReply =
  | { readonly answer: unknown; readonly status: number }
  | { readonly fault: Fault }
  | { readonly failure: TransportFailure };

/** Headers by element name, each with its children; all text is XML already. */
export type SoapHeaders = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Far above the description of every field an instance can have. */
const longestAnswerBytes = 20_000_000;

/** Text comes escaped (see xmlText.ts). */
const readWsdl = ({ WSDL }: typeof Soap): Promise<Soap.WSDL> =>
  new Promise((resolve, reject) => {
    const wsdl = new WSDL(marketoWsdl, 'marketo.wsdl', { escapeXML: false });
    wsdl.onReady((error: Error | null) => {
      if (error) reject(error);
      else resolve(wsdl);
    });
  });

/** Loading takes 100 ms: only who calls Marketo over SOAP pays for it, once. */
const loadSoap = async () => {
  const soap = await import('soap');
  return { soap, wsdl: await readWsdl(soap) };
};

const failureOf = (error: unknown, status: number | undefined): TransportFailure | undefined => {
  if (status !== undefined) return { status };
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') {
    return undefined;
  }
  const syscall: unknown =
    'syscall' in error ? error.syscall : Reflect.get(Object(error.cause), 'syscall');
  return { code: error.code, ...(typeof syscall === 'string' && { syscall }) };
};

type Method = (params: object, options: object, headers: object) => Promise<readonly unknown[]>;

/**
 * `load` makes ready what every request needs; `send` sends one and reads what comes back. They
 * reject only for errors of our own. `signal` ends a request: nothing of it lives on afterwards.
 */
export const createRequester = (endpoint: string) => {
  let loading: ReturnType<typeof loadSoap> | undefined;
  const load = (): ReturnType<typeof loadSoap> => (loading ??= loadSoap());

  const clientFor = async (headers: SoapHeaders): Promise<Soap.Client> => {
    const { soap, wsdl } = await load();
    // One for each request: clients keep their headers, and parallel requests would share them.
    const client = new soap.Client(wsdl, endpoint, { preserveWhitespace: true });
    for (const [name, header] of Object.entries(headers)) {
      client.addSoapHeader({ [`mkt:${name}`]: header });
    }
    return client;
  };

  const send = async (
    { operation, params }: SoapRequest,
    headers: SoapHeaders,
    signal: AbortSignal,
  ): Promise<SoapReply> => {
    const client = await clientFor(headers);
    let status: number | undefined;
    client.on('response', (_body: unknown, response: { status: number } | undefined) => {
      status = response?.status;
    });
    const method = client[`${operation}Async`] as Method;
    try {
      const [answer] = await method(
        params,
        { signal, maxRedirects: 0, maxContentLength: longestAnswerBytes },
        // A connection kept through a frozen Lambda is dead, and would look like an outage.
        { Connection: 'close' },
      );
      return status !== undefined && status < 300
        ? { answer, status }
        : { failure: { status: status ?? 0 } };
    } catch (error) {
      const fault = faultOf(error);
      if (fault) return { fault };
      if (signal.aborted) return { failure: { late: true } };
      const failure = failureOf(error, status);
      if (failure) return { failure };
      throw error;
    }
  };

  return { load, send };
};
