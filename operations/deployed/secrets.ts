import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { ingestSecretSchema } from '../../lambdas/ingest/ingestSecret.ts';
import type { Sender } from '../../lambdas/ingest/senders.ts';
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
    z.safeParse(ingestSecretSchema, jsonIn(await readSecret(client, secretName))).data?.writeKeys ??
    [];
  const first = (senders: readonly Sender[], what: string): string => {
    const [sender] = senders;
    if (sender) return sender.key;
    throw new OperationsError(
      'unusable',
      `the secret ${secretName} holds no ${what}: store one there, as docs/security.md says`,
    );
  };
  return {
    /** A server's where there is one: what an operator sends is no stranger's. */
    writeKey: async (): Promise<string> => {
      const keys = await read();
      const servers = keys.filter(({ source }) => source.kind === 'server');
      const plain = keys.filter(({ mayDelete }) => !mayDelete);
      return first([...servers, ...plain, ...keys], 'writeKey');
    },
    deleteKey: async (): Promise<string> =>
      first(
        (await read()).filter(({ mayDelete }) => mayDelete),
        'deleteKey',
      ),
  };
};
