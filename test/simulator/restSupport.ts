import { expect } from 'vitest';
import { rules } from '../../simulator/rules.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import type { Marketo } from './support.ts';
import { startMarketo } from './support.ts';

export const client = { clientId: 'client-1', clientSecret: 'secret-1' };

interface RestAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  /** The JSON of the body; {} where it is none. */
  readonly body: {
    readonly requestId?: string;
    readonly success?: boolean;
    readonly result?: readonly Record<string, unknown>[];
    readonly errors?: readonly { readonly code: string; readonly message: string }[];
  };
}

export type RestMarketo = Marketo & {
  /** A request with these headers alone. */
  readonly send: (path: string, init?: RequestInit) => Promise<RestAnswer>;
  readonly token: () => Promise<string>;
  /** With a token that is alive. */
  readonly rest: (method: string, path: string, body?: unknown) => Promise<RestAnswer>;
  readonly leads: (input: unknown, members?: object) => Promise<RestAnswer>;
  readonly associate: (id: number | string, cookie: string) => Promise<RestAnswer>;
  readonly activities: (...input: unknown[]) => Promise<RestAnswer>;
  /** Lets the lock of all leads pass. */
  readonly rest30: () => void;
};

const parsed = (text: string): RestAnswer['body'] => {
  try {
    return JSON.parse(text) as RestAnswer['body'];
  } catch {
    return {};
  }
};

/** `a=1&b=2` of a token request for this client. */
export const tokenQuery = ({ clientId, clientSecret } = client, grant = 'client_credentials') =>
  new URLSearchParams({
    grant_type: grant,
    client_id: clientId,
    client_secret: clientSecret,
  }).toString();

export const startRest = async (options: Partial<SimulatorOptions> = {}): Promise<RestMarketo> => {
  const marketo = await startMarketo({ rest: client, ...options });
  const send: RestMarketo['send'] = async (path, init) => {
    const response = await fetch(`${marketo.restEndpoint}${path}`, init);
    const text = await response.text();
    const type = response.headers.get('content-type');
    return { status: response.status, type, text, body: parsed(text) };
  };
  const token = async (): Promise<string> => {
    const { text } = await send(`/identity/oauth/token?${tokenQuery()}`);
    return (JSON.parse(text) as { access_token: string }).access_token;
  };
  const rest: RestMarketo['rest'] = async (method, path, body) => {
    const authorization = `Bearer ${await token()}`;
    if (body === undefined) return send(path, { method, headers: { authorization } });
    const headers = { authorization, 'content-type': 'application/json' };
    return send(path, { method, headers, body: JSON.stringify(body) });
  };
  return {
    ...marketo,
    send,
    token,
    rest,
    leads: (input, members = {}) => rest('POST', '/rest/v1/leads.json', { ...members, input }),
    associate: (id, cookie) =>
      rest('POST', `/rest/v1/leads/${id}/associate.json?cookie=${encodeURIComponent(cookie)}`),
    activities: (...input) => rest('POST', '/rest/v1/activities/external.json', { input }),
    rest30: () => {
      marketo.clock.advance(rules.lockMs);
    },
  };
};

/** The call succeeded; its results. */
export const resultsOf = ({ status, body }: RestAnswer): readonly Record<string, unknown>[] => {
  expect([status, body.success, body.errors]).toEqual([200, true, undefined]);
  return body.result ?? [];
};

/** The call failed as a whole, over HTTP 200; its only code. */
export const codeOf = ({ status, body }: RestAnswer): string | undefined => {
  expect([status, body.success, body.result]).toEqual([200, false, undefined]);
  expect(body.errors).toHaveLength(1);
  return body.errors?.[0]?.code;
};

export const skipped = (code: string, message?: string) => ({
  status: 'skipped',
  reasons: [{ code, message: message ?? (expect.any(String) as string) }],
});
