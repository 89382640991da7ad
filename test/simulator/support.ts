import { createHmac } from 'node:crypto';
import type { ServedSimulator } from '../../simulator/server.ts';
import { serveSimulator } from '../../simulator/server.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { atTestEnd } from '../support/fileEnds.ts';

export const munchkinId = '561-HYG-937';
export const credentials = {
  userId: 'bigcorp1_461839624B16E06BA2D663',
  encryptionKey: '8997AAD66',
};
export const cookie = (token: string): string => `id:${munchkinId}&amp;token:${token}`;
export const tokenA = '_mch-example.com-1374552656411-90718';
export const tokenB = '_mch-example.com-0123456789abcdef0123456789abcdef';

/** 2026-01-15T18:00:00Z: noon in Marketo's zone. */
export const noon = Date.UTC(2026, 0, 15, 18);

/** A clock that stands still until it is moved; waiting moves it. */
const virtualClock = (start = noon) => {
  let time = start;
  return {
    now: () => time,
    advance: (ms: number) => {
      time += ms;
    },
  };
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

export type Marketo = ServedSimulator & {
  readonly clock: ReturnType<typeof virtualClock>;
  readonly post: (xml: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Sends `params` (the inside of `params<Operation>`) with a good envelope and signature. */
  readonly call: (operation: string, params: string) => Promise<Answer>;
  readonly syncLead: (record: string, rest?: string) => Promise<Answer>;
  readonly visit: (query: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer>;
  readonly inject: (fault: unknown) => Promise<Answer>;
};

const running: ServedSimulator[] = [];
atTestEnd(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

export const timestampOf = (now: number): string =>
  new Date(now).toISOString().replace(/\.\d+Z$/, '+00:00');

export const authHeader = (timestamp: string, { userId, encryptionKey } = credentials): string => {
  const signature = createHmac('sha1', encryptionKey)
    .update(timestamp + userId)
    .digest('hex');
  return `<m:AuthenticationHeader><mktowsUserId>${userId}</mktowsUserId><requestSignature>${signature}</requestSignature><requestTimestamp>${timestamp}</requestTimestamp></m:AuthenticationHeader>`;
};

export const envelope = (header: string, body: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://www.marketo.com/mktows/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;

export const attributes = (fields: Readonly<Record<string, string>>): string =>
  `<leadAttributeList>${Object.entries(fields)
    .map(
      ([name, value]) =>
        `<attribute><attrName>${name}</attrName><attrValue>${value}</attrValue></attribute>`,
    )
    .join('')}</leadAttributeList>`;

export const record = (email: string, fields: Readonly<Record<string, string>> = {}): string =>
  `<Email>${email}</Email>${attributes(fields)}`;

export const records = (...inner: readonly string[]): string =>
  `<leadRecordList>${inner.map((one) => `<leadRecord>${one}</leadRecord>`).join('')}</leadRecordList><dedupEnabled>true</dedupEnabled>`;

export const visitQuery = {
  _mchNc: '1374552656411',
  _mchRu: '/Football/Team/Seahawks',
  _mchId: munchkinId,
  _mchTk: tokenA,
};

/** `<name>value</name>` → value */
export const textOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

export const startMarketo = async (options: Partial<SimulatorOptions> = {}): Promise<Marketo> => {
  const clock = virtualClock();
  const served = await serveSimulator({
    clock,
    munchkinId,
    credentials,
    port: 0,
    wait: (ms) => {
      clock.advance(ms);
      return Promise.resolve();
    },
    ...options,
  });
  running.push(served);
  const send = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${served.url}${path}`, init);
    return { status: response.status, text: await response.text() };
  };
  const post: Marketo['post'] = (body, headers = {}) =>
    send('/soap/mktows/3_1', {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
      body,
    });
  const call: Marketo['call'] = (operation, params) => {
    const name = `params${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
    return post(
      envelope(authHeader(timestampOf(clock.now())), `<m:${name}>${params}</m:${name}>`),
      { soapaction: `"http://www.marketo.com/mktows/${operation}"` },
    );
  };
  return {
    ...served,
    clock,
    post,
    call,
    syncLead: (inner, rest = '<returnLead>false</returnLead>') =>
      call('syncLead', `<leadRecord>${inner}</leadRecord>${rest}`),
    visit: (query) =>
      send(`/webevents/visitWebPage?${new URLSearchParams(query).toString()}`, { method: 'POST' }),
    get: (path) => send(path),
    inject: (fault) => send('/simulator/faults', { method: 'POST', body: JSON.stringify(fault) }),
  };
};
