import type { OperationsError } from '../../error.ts';
import { noteServerTime } from './clock.ts';
import { credentials, signInAgain } from './signIn.ts';
import { pageTiming } from './timing.ts';

/** Why a call has no answer. `offline`: nobody answers at the console's address. */
export class AskError extends Error {
  override readonly name = 'AskError';
  readonly code: OperationsError['code'] | 'offline' | 'signed-out';

  constructor(code: AskError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const post = async (call: string, body: object, signal: AbortSignal): Promise<Response> => {
  try {
    return await fetch(`/console/api/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...credentials() },
      body: JSON.stringify(body),
      cache: 'no-store',
      signal,
    });
  } catch (error) {
    throw new AskError('offline', 'The console does not answer.', { cause: error });
  }
};

/** What goes wrong while an answer is read is a connection that broke. */
const read = async (response: Response): Promise<unknown> => {
  try {
    return JSON.parse(await response.text());
  } catch (error) {
    throw new AskError('offline', `The console answered ${response.status} with something else.`, {
      cause: error,
    });
  }
};

/**
 * Asks the console's API. What a person typed goes in the body, never in an address.
 * @throws AskError
 */
export const ask = async <Answer>(
  call: string,
  body: object = {},
  signal?: AbortSignal,
): Promise<Answer> => {
  const limit = AbortSignal.timeout(pageTiming.requestMs);
  const response = await post(call, body, signal ? AbortSignal.any([signal, limit]) : limit);
  const answer = await read(response);
  if (!response.ok) {
    // API Gateway has no code; what it refuses is a token.
    const { code = 'signed-out', message } = answer as Partial<Pick<AskError, 'code'>> &
      Pick<AskError, 'message'>;
    // The page goes away: nothing is to be said any more.
    if (response.status === 401 && (await signInAgain())) return new Promise(() => undefined);
    throw new AskError(code, message);
  }
  const { now } = answer as { readonly now?: number };
  if (now !== undefined) noteServerTime(now);
  return answer as Answer;
};
