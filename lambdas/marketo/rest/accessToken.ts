import { restLimits } from '../../limits.ts';
import type { Clock } from '../../ports.ts';
import { epochMs } from '../../segment/time.ts';
import type { EpochMs } from '../../segment/time.ts';
import { transportVerdict } from '../transport.ts';
import type { Verdict } from '../marketoTypes.ts';
import { readToken } from './restAnswers.ts';
import { send } from './restRequest.ts';

interface RestCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface TokenOptions {
  /** The identity URL as Marketo shows it: `https://561-HYG-937.mktorest.com/identity`. */
  readonly identityEndpoint: string;
  /** Asked for every token. What it rejects with is shown to people, so it must quote no secret. */
  readonly credentials: () => Promise<RestCredentials>;
  readonly clock: Clock;
}

/** A token, or why there is none. */
type Token = { readonly token: string } | { readonly verdict: Verdict };

/** How the secret's keys are called where the user fills them in. */
const secretKeys = { clientId: 'restClientId', clientSecret: 'restClientSecret' } as const;

const noToken = (because: string): Token => ({
  verdict: { kind: 'unavailable', because, worked: false },
});

const blankIn = ({ clientId, clientSecret }: RestCredentials): string | undefined =>
  clientId.trim() === ''
    ? secretKeys.clientId
    : clientSecret.trim() === ''
      ? secretKeys.clientSecret
      : undefined;

interface Asking {
  readonly answer: Promise<Token>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Marketo's access token: one question for all who ask at once, and none while the last answer is
 * good. The secret goes in the body of a POST, which the identity service takes as well as a GET with
 * everything in the address: addresses get into logs of all kinds.
 */
export const createTokens = ({ identityEndpoint, credentials, clock }: TokenOptions) => {
  const url = new URL(`${identityEndpoint.replace(/\/+$/, '')}/oauth/token`);
  let kept: { readonly token: string; readonly until: EpochMs } | undefined;
  let asking: Asking | undefined;

  const ask = async (signal: AbortSignal): Promise<Token> => {
    let known: RestCredentials;
    try {
      known = await credentials();
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'no reason given';
      return noToken(`the credentials of Marketo’s REST API cannot be read: ${reason}`);
    }
    const blank = blankIn(known);
    if (blank !== undefined) return noToken(`${blank} is blank: fill it in in the Marketo secret`);
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: known.clientId.trim(),
      client_secret: known.clientSecret.trim(),
    });
    const askedAt = clock.now();
    const reply = await send(
      {
        method: 'POST',
        url,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          Accept: 'application/json',
        },
        body: form.toString(),
      },
      signal,
    );
    if ('status' in reply && reply.status === 401) {
      const { clientId, clientSecret } = secretKeys;
      return noToken(
        `Marketo does not accept the credentials: check ${clientId} and ${clientSecret} in the Marketo secret`,
      );
    }
    const answer = 'text' in reply && reply.status === 200 ? readToken(reply.text) : undefined;
    if (!answer) {
      const failure = 'failure' in reply ? reply.failure : { status: reply.status };
      return noToken(`no access token: ${transportVerdict(failure, 'a token').because}`);
    }
    const { token, lifeSeconds } = answer;
    kept = { token, until: epochMs(askedAt + lifeSeconds * 1_000 - restLimits.tokenMarginMs) };
    return { token };
  };

  const start = (): Asking => {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(restLimits.tokenTimeoutMs)]);
    const answer = ask(signal).finally(() => {
      forget(mine);
    });
    const mine: Asking = { answer, stop, waiting: 0 };
    return mine;
  };

  const forget = (one: Asking): void => {
    if (asking === one) asking = undefined;
  };

  return {
    /** A token that is good now, or why there is none; `signal` ends the wait. */
    get: async (signal: AbortSignal): Promise<Token> => {
      if (kept && kept.until > clock.now()) return { token: kept.token };
      const mine = (asking ??= start());
      mine.waiting += 1;
      const late = Promise.withResolvers<Token>();
      const tooLate = (): void => {
        late.resolve(noToken('no access token: Marketo did not answer in time'));
      };
      signal.addEventListener('abort', tooLate, { once: true });
      if (signal.aborted) tooLate();
      try {
        return await Promise.race([mine.answer, late.promise]);
      } finally {
        signal.removeEventListener('abort', tooLate);
        mine.waiting -= 1;
        // Nothing lives on for nobody: the Lambda may freeze as soon as its turn is over.
        if (mine.waiting === 0) {
          forget(mine);
          mine.stop.abort();
        }
      }
    },

    /** Marketo refused this token: it is not used again. */
    drop: (token: string): void => {
      if (kept?.token === token) kept = undefined;
    },
  };
};
