import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { secretTiming } from '../limits.ts';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import { errorName } from '../errorName.ts';

interface SecretOptions<T> {
  readonly client: SecretsManagerClient;
  readonly arn: string;
  /** What the secret's JSON must be; a schema of `zod` or `zod/mini`. */
  readonly schema: z.core.$ZodType<T>;
  readonly maxAgeSeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Why a secret cannot be used; says where to look and never what it holds. */
class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** Without the parser's own message, which quotes the text. */
const jsonOf = (arn: string, text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new SecretError(`The secret ${arn} is not JSON text: store a JSON object in it.`);
  }
};

/**
 * Reads one JSON secret and keeps it for `maxAgeSeconds`. Callers that come together share one
 * request. When Secrets Manager fails, or the new value has the wrong shape, the older value serves
 * on (with a warning, and a new attempt every `secretTiming.retryMs`); rejects only where there is
 * none, with the same error for `secretTiming.failureMs`.
 */
export const createSecret = <T>({
  client,
  arn,
  schema,
  maxAgeSeconds,
  clock,
  logger,
}: SecretOptions<T>): (() => Promise<T>) => {
  let known: { readonly value: T } | undefined;
  let goodUntil = 0;
  let failed: SecretError | undefined;
  let failedUntil = 0;
  let asking: Promise<T> | undefined;

  const ask = async (): Promise<T> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }), {
      abortSignal: AbortSignal.timeout(secretTiming.callTimeoutMs),
    });
    const read = z.safeParse(schema, jsonOf(arn, SecretString));
    if (read.success) return read.data;
    const wrong = read.error.issues.map(({ path, code }) => `${path.join('.') || 'it'}: ${code}`);
    throw new SecretError(`The secret ${arn} has not the expected shape (${wrong.join('; ')}).`);
  };

  const refresh = async (): Promise<T> => {
    try {
      const value = await ask();
      known = { value };
      goodUntil = clock.now() + maxAgeSeconds * 1_000;
      return value;
    } catch (error) {
      const failure =
        error instanceof SecretError
          ? error
          : new SecretError(`The secret ${arn} cannot be read (${errorName(error)}).`);
      if (!known) {
        // Whoever asks meanwhile gets the same answer: strangers must not make us ask at will.
        failed = failure;
        failedUntil = clock.now() + secretTiming.failureMs;
        logger.error('a secret cannot be used', { because: failure.message });
        throw failure;
      }
      logger.warn('a secret could not be refreshed; the older value serves on', {
        because: failure.message,
      });
      goodUntil = clock.now() + secretTiming.retryMs;
      return known.value;
    } finally {
      asking = undefined;
    }
  };

  return async () => {
    if (known && clock.now() < goodUntil) return known.value;
    if (failed && clock.now() < failedUntil) throw failed;
    asking ??= refresh();
    return asking;
  };
};
