import type { MayStart } from '../marketoPorts.ts';
import type { EpochMs } from '../../segment/time.ts';
import { noTimeLeft, transportVerdict } from '../transport.ts';
import type { Verdict } from '../marketoTypes.ts';
import type { RestAnswer } from './restAnswers.ts';
import { readAnswer, readFileAnswer } from './restAnswers.ts';
import type { ApiError } from './apiErrors.ts';
import { send } from './restRequest.ts';
import type { TokenOptions } from './accessToken.ts';
import { createTokens } from './accessToken.ts';
import { restErrorRules } from './restErrorRules.ts';

export interface RestCallerOptions extends Omit<TokenOptions, 'identityEndpoint'> {
  /** `https://561-HYG-937.mktorest.com`, with or without the `/rest` that Marketo shows after it. */
  readonly endpoint: string;
  /** Absent: `/identity` of the same host. */
  readonly identityEndpoint?: string;
}

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/rest/v1/`, or that of another API, with its query. */
  readonly path: string;
  /** Absent: `rest`. */
  readonly api?: 'rest' | 'bulk';
  /** JSON text, unless it is a form or says its own type. */
  readonly body?: string | Buffer;
  readonly contentType?: string;
  /** The answer is a file, and its text the only result. */
  readonly isFile?: true;
  /** The body is a query: what has to stand in no address. */
  readonly isForm?: true;
}

/** What bounds the requests of one turn. */
export interface Bounds {
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
  /** No request starts later. */
  readonly lastStart: EpochMs;
  readonly mayStart?: MayStart | undefined;
}

/** Marketo's result, its errors, or what the lack of both means. */
export type RestCalled =
  | Extract<RestAnswer, { result: unknown }>
  | { readonly complaints: readonly ApiError[] }
  | { readonly verdict: Verdict }
  /** Nothing was sent, for this reason; Marketo may be open to others. */
  | { readonly notSent: string };

const noTime: RestCalled = { notSent: noTimeLeft };
const noSlot: RestCalled = { notSent: 'the budget of calls had none left' };

const isTokenRefused = (answer: RestAnswer): boolean =>
  'failure' in answer
    ? answer.failure.status === 401
    : 'complaints' in answer &&
      answer.complaints.some(
        ({ code }) => code !== undefined && restErrorRules.get(code)?.retryPolicy === 'sign-in',
      );

/**
 * One API request: with a token, and once more with a new one if Marketo refuses the first. Never
 * rejects for what Marketo or the network did.
 */
export const createRestCaller = ({ endpoint, identityEndpoint, ...options }: RestCallerOptions) => {
  // Marketo's gateway is to refuse addresses with a doubled slash.
  const base = endpoint.replace(/\/+$/, '').replace(/\/rest$/, '');
  const tokens = createTokens({
    ...options,
    identityEndpoint: identityEndpoint ?? `${base}/identity`,
  });

  const once = async (
    { method, path, body, isForm, contentType, api = 'rest', isFile }: RestRequest,
    token: string,
    signal: AbortSignal,
  ): Promise<RestAnswer> => {
    const headers = {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
      // Without it Marketo refuses a POST (612), even one with an empty body.
      ...(method === 'POST' && {
        'Content-Type':
          contentType ?? (isForm ? 'application/x-www-form-urlencoded' : 'application/json'),
      }),
    };
    const url = new URL(`${base}/${api}/v1/${path}`);
    const read = isFile ? readFileAnswer : readAnswer;
    return read(await send({ method, url, headers, ...(body !== undefined && { body }) }, signal));
  };

  return async (
    request: RestRequest,
    { signal, lastStart, mayStart }: Bounds,
  ): Promise<RestCalled> => {
    const isLate = (): boolean => options.clock.now() > lastStart;
    for (let tries = 1; ; tries += 1) {
      const token = await tokens.get(signal);
      if ('verdict' in token) return token;
      if (isLate()) return noTime;
      if (mayStart && !(await mayStart())) return noSlot;
      if (isLate()) return noTime;
      const answer = await once(request, token.token, signal);
      const isRefused = isTokenRefused(answer);
      if (isRefused) tokens.drop(token.token);
      if (isRefused && tries === 1) continue;
      return 'failure' in answer
        ? { verdict: transportVerdict(answer.failure, 'a JSON answer') }
        : answer;
    }
  };
};
