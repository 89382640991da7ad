import * as z from 'zod/mini';
import { hashSecretSchema } from '../../lambdas/hash/hashSecret.ts';
import { ingestSecretSchema } from '../../lambdas/ingest/ingestSecret.ts';
import { hashLimits } from '../../lambdas/limits.ts';
import { leadApis } from '../../lambdas/marketo/leadApis.ts';
import { secretVariables } from '../../lambdas/settings.ts';
import { OperationsError } from '../error.ts';
import type { SecretName, SecretStores } from './stores.ts';

interface Question {
  /** In the secret's JSON. */
  readonly key: string;
  readonly description: string;
}

/** What a secret holds, as far as the chosen API needs it. */
const questionsOf = (secret: SecretName, api: SecretStores['api']): readonly Question[] =>
  Object.values(secretVariables).filter(
    (one) =>
      one.secret === secret &&
      (secret !== 'marketo' || leadApis[api].credentials.some((key) => key === one.key)),
  );

type Values = Readonly<Record<string, unknown>>;

/** What is there already. A secret that is no JSON object is not overwritten. */
const stored = async (stores: SecretStores, secret: SecretName): Promise<Values> => {
  const text = await stores.read(secret);
  if (text === undefined) return {};
  const { data } = z.safeParse(z.pipe(z.string(), z.transform(parsed)), text);
  if (data) return data;
  throw new OperationsError(
    'unusable',
    `the secret ${stores.nameOf(secret)} holds no JSON object: look what it is, and empty it first`,
  );
};

const parsed = (text: string): Values | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Values)
      : undefined;
  } catch {
    return undefined;
  }
};

/** What is wrong with the values together; undefined: nothing. Never repeats one. */
const problemOf = async (
  stores: SecretStores,
  secret: SecretName,
  values: Values,
): Promise<string | undefined> => {
  switch (secret) {
    case 'marketo': {
      const textOf = (key: string): string => {
        const value = values[key];
        return typeof value === 'string' ? value : '';
      };
      const check = await stores.tryMarketo({
        restClientId: textOf('restClientId'),
        restClientSecret: textOf('restClientSecret'),
        soapUserId: textOf('soapUserId'),
        soapEncryptionKey: textOf('soapEncryptionKey'),
      });
      return check && [check.says, check.todo].filter(Boolean).join(' ');
    }
    case 'hash':
      return hashSecretSchema.safeParse(values).success
        ? undefined
        : `munchkinPrivateKey must be there, and each hashTokenSecret must have ${hashLimits.tokenSecretCharacters} characters at least.`;
    case 'ingest':
      return z.safeParse(ingestSecretSchema, values).data?.writeKeys.length
        ? undefined
        : 'There must be a write key, and the other values must be as docs/security.md says.';
  }
};

/** What became of the values: which keys are new, or why nothing was written. */
type Outcome = { readonly stored: readonly string[] } | { readonly because: string };

/**
 * Puts values into a secret once they are known to be good. What is not answered stays as it is, and
 * so does what nobody was asked for.
 * @throws OperationsError where the secret cannot be read or written
 */
export const setSecret = async (
  stores: SecretStores,
  secret: SecretName,
  ask: (question: Question, isSet: boolean) => Promise<string>,
): Promise<Outcome> => {
  const before = await stored(stores, secret);
  const given: Record<string, string> = {};
  for (const question of questionsOf(secret, stores.api)) {
    const isSet = ![undefined, ''].includes(before[question.key] as string | undefined);
    const answer = (await ask(question, isSet)).trim();
    if (answer !== '') given[question.key] = answer;
  }
  if (Object.keys(given).length === 0) return { stored: [] };
  const values = { ...before, ...given };
  const because = await problemOf(stores, secret, values);
  if (because !== undefined) return { because };
  await stores.write(secret, JSON.stringify(values));
  return { stored: Object.keys(given) };
};
