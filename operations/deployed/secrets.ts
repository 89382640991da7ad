import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { ingestSecretSchema } from '../../lambdas/ingest/ingestSecret.ts';
import { OperationsError } from '../error.ts';

/** Secrets Manager answers ResourceNotFoundException for a secret without a value, too. */
const isEmpty = (error: unknown): boolean => {
  const cause = error instanceof OperationsError ? error.cause : error;
  return cause instanceof Error && cause.message.includes('secret value');
};

/** The text of a secret; undefined where nobody has put a value into it. */
export const readSecret = async (
  client: SecretsManagerClient,
  name: string,
): Promise<string | undefined> => {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return SecretString;
  } catch (error) {
    if (isEmpty(error)) return undefined;
    throw error;
  }
};

const jsonIn = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
};

/** The keys for senders that a deployed stack takes now. Both reject where there is none. */
export const createKeys = (client: SecretsManagerClient, secretName: string) => {
  const read = async () =>
    z.safeParse(ingestSecretSchema, jsonIn(await readSecret(client, secretName))).data;
  const first = (keys: readonly string[] | undefined, what: string): string => {
    const [key] = keys ?? [];
    if (key !== undefined) return key;
    throw new OperationsError(
      'unusable',
      `the secret ${secretName} holds no ${what}: store one there, as docs/security.md says`,
    );
  };
  return {
    writeKey: async (): Promise<string> => first((await read())?.writeKeys, 'writeKey'),
    deleteKey: async (): Promise<string> => first((await read())?.deleteKeys, 'deleteKey'),
  };
};
