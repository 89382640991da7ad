import { checkTiming } from '../limits.ts';
import type { Check } from '../views.ts';
import { ok, warning, wrong } from './parts.ts';

const name = 'ingest';

const codeIn = (text: string): unknown => {
  try {
    const body = JSON.parse(text) as { readonly code?: unknown } | null;
    return body?.code;
  } catch {
    return undefined;
  }
};

const reasonOf = (error: unknown): string => {
  const { name: kind, cause } = error as Error & { readonly cause?: { readonly code?: string } };
  return kind === 'TimeoutError' ? 'it did not answer in time' : (cause?.code ?? kind);
};

/**
 * Whether ingest can be reached and takes the write key: it is sent a batch without events, which it
 * refuses as empty once it has taken the key, so that no event comes of it.
 */
export const checkIngest = async (ingestUrl: string, writeKey: string): Promise<Check> => {
  let status: number;
  let code: unknown;
  try {
    const response = await fetch(`${ingestUrl}/v1/batch`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ batch: [] }),
      redirect: 'error',
      signal: AbortSignal.timeout(checkTiming.requestMs),
    });
    status = response.status;
    code = codeIn(await response.text());
  } catch (error) {
    return wrong(
      name,
      `${ingestUrl} cannot be reached (${reasonOf(error)}), so nobody can send events there.`,
      'Check this machine’s network first, then that the stack is deployed or npm start runs.',
    );
  }
  if (status === 400 && code === 'empty_batch')
    return ok(name, `${ingestUrl} answers and takes the write key.`);
  if (status === 401)
    return wrong(
      name,
      `${ingestUrl} does not take the write key that the ingest secret holds.`,
      'If the key was changed just now, try again in five minutes; if not, look whether another stack answers there.',
    );
  if (status === 429)
    return warning(
      name,
      `${ingestUrl} has more requests than it may take, and turns some away.`,
      'Try again; if it stays so, raise throttle.requestsPerSecond and throttle.burst.',
    );
  if (status >= 500)
    return wrong(
      name,
      `${ingestUrl} answers HTTP ${status}: the function cannot do its work.`,
      'Look at the log of ingest, which says why.',
    );
  return wrong(
    name,
    `What answers at ${ingestUrl} is not ingest (HTTP ${status}).`,
    'Check that the address is the one of the stack’s output ApiUrl, and that nothing stands in front of it.',
  );
};
