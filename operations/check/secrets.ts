import * as z from 'zod/mini';
import { hashSecretSchema } from '../../lambdas/hash/hashSecret.ts';
import { ingestSecretSchema } from '../../lambdas/ingest/ingestSecret.ts';
import { leadApis, type Api } from '../../lambdas/marketo/leadApis.ts';
import { credentialsSchema, type MarketoCredentials } from '../../lambdas/sync/marketo.ts';
import { hashLimits } from '../../lambdas/limits.ts';
import type { Check } from '../views.ts';
import type { CheckParts } from './parts.ts';
import { ok, warning, wrong } from './parts.ts';

/** What a secret holds, as far as it is of use, and what there is to say about it. */
interface Looked<T> {
  readonly checks: readonly Check[];
  readonly value?: T;
}

const jsonIn = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Part = Pick<CheckParts, 'secrets' | 'settings'>;

/** The write keys that ingest takes. */
export const lookAtIngestSecret = async ({
  secrets: { ingest },
}: Part): Promise<Looked<{ readonly writeKey: string }>> => {
  const name = 'write key';
  const { data } = z.safeParse(ingestSecretSchema, jsonIn(await ingest.read()));
  const [sender] = data?.writeKeys ?? [];
  if (data === undefined || !sender)
    return {
      checks: [
        wrong(
          name,
          `The secret ${ingest.name} holds no write key, so nothing can be sent.`,
          'Store a JSON object with a writeKey in it, and give that key to your senders.',
        ),
      ],
    };
  const count = data.writeKeys.length;
  const says = `The secret ${ingest.name} holds ${count === 1 ? 'a write key' : `${count} write keys`}.`;
  return { checks: [ok(name, says)], value: { writeKey: sender.key } };
};

const whereMarketoShowsThem: Readonly<Record<Api, string>> = {
  rest: 'Admin → Integration → LaunchPoint, View Details of the service',
  soap: 'Admin → Integration → SOAP API',
};

/** Whether the credentials of the chosen API are filled in. */
export const lookAtCredentials = async ({
  secrets: { marketo },
  settings,
}: Part): Promise<Looked<MarketoCredentials>> => {
  const { api } = settings.marketo;
  const name = 'Marketo credentials';
  const stored = jsonIn(await marketo.read());
  const blank = leadApis[api].credentials.filter((key) => {
    const value = isRecord(stored) ? stored[key] : undefined;
    return typeof value !== 'string' || value.trim() === '';
  });
  if (blank.length > 0)
    return {
      checks: [
        wrong(
          name,
          `The secret ${marketo.name} has no ${blank.join(' and no ')}.`,
          `Copy ${blank.length === 1 ? 'it' : 'them'} from Marketo (${whereMarketoShowsThem[api]}) into that secret.`,
        ),
      ],
    };
  const { data } = z.safeParse(credentialsSchema, stored);
  if (data === undefined)
    return {
      checks: [
        wrong(
          name,
          `The secret ${marketo.name} lacks a key that the worker expects, so it cannot be read.`,
          `Give it the keys ${Object.keys(credentialsSchema.shape).join(', ')}; those of the other API may be blank.`,
        ),
      ],
    };
  return {
    checks: [ok(name, `Those of the ${leadApis[api].label} API are filled in.`)],
    value: data,
  };
};

/** Whether the hash API can answer, where it seems to be in use. */
export const lookAtHashSecret = async ({
  secrets: { hash: secret },
  settings: { hash },
}: Part): Promise<readonly Check[]> => {
  const name = 'Munchkin private key';
  const stored = jsonIn(await secret.read());
  const { munchkinPrivateKey, hashTokenSecret } = isRecord(stored) ? stored : {};
  const isBlank = typeof munchkinPrivateKey !== 'string' || munchkinPrivateKey === '';
  const hasTokens = typeof hashTokenSecret === 'string' && hashTokenSecret.trim() !== '';
  const isUsed = hash.classic || hash.access === 'origins' || hash.allowedOrigins.length > 0;
  if (isBlank)
    return isUsed || hasTokens
      ? [
          wrong(
            name,
            `The secret ${secret.name} has no munchkinPrivateKey, so no browser gets a hash.`,
            'Copy it from Marketo (Admin → Munchkin, API Configuration) into that secret.',
          ),
        ]
      : [ok(name, 'It is blank, which is right where no browser asks for hashes.')];
  if (!z.safeParse(hashSecretSchema, stored).success)
    return [
      wrong(
        name,
        `The secret ${secret.name} has a hashTokenSecret that is too short, so no browser gets a hash.`,
        `Make one of ${hashLimits.tokenSecretCharacters} random characters at least, here and in your back end.`,
      ),
    ];
  if (hash.access === 'token' && !hash.classic && !hasTokens)
    return [
      warning(
        name,
        'It is filled in, but there is no hashTokenSecret, so no token opens the hash API.',
        `Put a hashTokenSecret into ${secret.name} (docs/hash-tokens.md), or leave both blank if no browser needs hashes.`,
      ),
    ];
  return [ok(name, 'It is filled in.')];
};
