import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { OperationsError } from '../../error.ts';

export type Retries = Readonly<
  Record<'requestMs' | 'backoffFirstMs' | 'backoffLongestMs' | 'giveUpMs', number>
>;

/** Where events go, and under which key. */
export interface IngestEndpoint {
  /** Base URL of ingest. */
  readonly url: string;
  readonly key: string;
  readonly stopped: AbortSignal;
  /** Told before each wait. */
  readonly onWait?: (because: string, ms: number) => void;
  readonly retries: Retries;
}

interface Refusal {
  /** Of the event in its batch. */
  readonly index: number;
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

const answerSchema = z.object({
  message: z.string().optional(),
  errors: z
    .array(
      z.object({
        index: z.number(),
        field: z.string(),
        code: z.string(),
        message: z.string(),
      }),
    )
    .optional(),
});

type Tried =
  | { readonly kind: 'answered'; readonly refused: readonly Refusal[] }
  | { readonly kind: 'later'; readonly because: string; readonly afterMs?: number };

const tried = async (endpoint: IngestEndpoint, body: string, requestMs: number): Promise<Tried> => {
  const { url, key, stopped } = endpoint;
  const response = await fetch(new URL('v1/batch', url.endsWith('/') ? url : `${url}/`), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    },
    body,
    signal: AbortSignal.any([stopped, AbortSignal.timeout(requestMs)]),
  });
  const text = await response.text();
  const { status, headers } = response;
  if (status === 429 || status >= 500) {
    const seconds = Number(headers.get('retry-after') ?? NaN);
    const after = Number.isFinite(seconds) ? { afterMs: seconds * 1_000 } : {};
    return { kind: 'later', because: `HTTP ${status}`, ...after };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const answer = answerSchema.safeParse(json);
  if (status === 401 || status === 403)
    throw new OperationsError(
      'denied',
      `${url} does not take this key: ${answer.data?.message ?? ''}`,
    );
  const { errors, message } = answer.data ?? {};
  if (errors) return { kind: 'answered', refused: errors };
  if (status === 200 && answer.success) return { kind: 'answered', refused: [] };
  throw new OperationsError(
    'unusable',
    `${url} answered ${status}${message === undefined ? '' : `: ${message}`}; is that the address of ingest?`,
  );
};

const whyNoAnswer = (error: unknown): string => {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError') return 'no answer in time';
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? 'no connection' : `no connection (${code})`;
};

/**
 * Sends one batch of events, each as JSON text, until ingest has answered. Resolves to those that it
 * refused; all others are safe.
 * @throws OperationsError `denied` for a wrong key, `unreachable` after `giveUpMs` without an answer
 */
export const postBatch = async (
  endpoint: IngestEndpoint,
  events: readonly string[],
): Promise<{ readonly refused: readonly Refusal[] }> => {
  const { url, stopped, onWait, retries } = endpoint;
  const body = `{"batch":[${events.join(',')}]}`;
  const began = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    const result = await tried(endpoint, body, retries.requestMs).catch((error: unknown): Tried => {
      if (error instanceof OperationsError || stopped.aborted) throw error;
      return { kind: 'later', because: whyNoAnswer(error) };
    });
    if (result.kind === 'answered') return result;
    const longest = Math.min(retries.backoffLongestMs, retries.backoffFirstMs * 2 ** attempt);
    const wait = Math.max(result.afterMs ?? 0, longest * (0.5 + Math.random() / 2));
    if (performance.now() - began + wait > retries.giveUpMs)
      throw new OperationsError('unreachable', `${url} takes no events: ${result.because}`);
    onWait?.(result.because, wait);
    await sleep(wait, undefined, { signal: stopped });
  }
};
