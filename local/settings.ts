import {
  readSettings,
  secretVariables,
  SettingsError,
  type Settings,
} from '../lambdas/settings.ts';

import { apiNames, isApi, leadApis, type Api } from '../lambdas/marketo/leadApis.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What this machine takes where neither file nor environment says anything. */
const defaults = { MARKETO_API: 'rest', MARKETO_MUNCHKIN_ID: '000-AAA-000' } as const;

/** The write key where the environment gives none. */
export const localWriteKey = 'local-write-key';

/** The server's write key where the environment gives none. */
const localServerKey = 'local-server-key';

/** The write key that may delete where the environment gives none. */
const localDeleteKey = 'local-delete-key';

/** The shared secret of webhooks where the environment gives none. */
const localWebhookSecret = 'local-webhook-secret';
const localWebhookKey = 'local-webhook-key';

/** What the simulated Marketo knows as its own. */
const simulatedCredentials = {
  MARKETO_REST_CLIENT_ID: 'simulated-client-id',
  MARKETO_REST_CLIENT_SECRET: 'simulated-client-secret',
  MARKETO_SOAP_USER_ID: 'simulated_000000000000000000000001',
  MARKETO_SOAP_ENCRYPTION_KEY: 'simulated-soap-encryption-key',
  MUNCHKIN_PRIVATE_KEY: 'simulated-munchkin-private-key',
  HASH_TOKEN_SECRETS: 'local-hash-token-secret-of-this-machine',
} as const;

/** The variables that hold the credentials of this API. */
const credentialNamesOf = (api: Api): readonly string[] =>
  Object.entries(secretVariables).flatMap(([variable, { secret, key }]) =>
    secret === 'marketo' && leadApis[api].credentials.some((one) => one === key) ? [variable] : [],
  );

const endpointNames = [
  'MARKETO_REST_ENDPOINT',
  'MARKETO_SOAP_ENDPOINT',
  'MARKETO_MUNCHKIN_ENDPOINT',
] as const;

export interface LocalSettings {
  readonly settings: Settings;
  /** Talk to the simulated Marketo: the environment has no credentials of a real one. */
  readonly simulated: boolean;
  /** Values of the secret variables, the simulated Marketo's included; absent ones stay absent. */
  readonly secrets: Readonly<Record<keyof typeof secretVariables, string | undefined>>;
}

const missingIn = (error: unknown): readonly string[] =>
  error instanceof SettingsError
    ? error.problems.flatMap(({ variable, wrong }) =>
        variable !== undefined && wrong.endsWith('is missing.') ? [variable] : [],
      )
    : [];

/** Defaults fill gaps only: they must not win over the settings file, as a variable would. */
const readWithDefaults = (env: Environment, usable: Environment): Settings => {
  try {
    return readSettings({ env });
  } catch (error) {
    const missing = missingIn(error);
    const gaps = Object.entries(usable).filter(([variable]) => missing.includes(variable));
    if (gaps.length === 0) throw error;
    return readSettings({ env: { ...env, ...Object.fromEntries(gaps) } });
  }
};

/** The API that a run takes: the given one, else the one whose credentials are given. */
const apiOf = (env: Environment): Api => {
  const { MARKETO_API: api } = env;
  if (isApi(api)) return api;
  const hasCredentials = (one: Api): boolean => credentialNamesOf(one).some((name) => env[name]);
  return (
    apiNames.find((one) => one !== defaults.MARKETO_API && hasCredentials(one)) ??
    defaults.MARKETO_API
  );
};

const isSimulated = (env: Environment): boolean => {
  const names = credentialNamesOf(apiOf(env));
  const given = names.filter((name) => env[name]);
  if (given.length === names.length) return false;
  const missing = names.filter((name) => !env[name]).join(' and ');
  const [lonely] = [...given, ...endpointNames.filter((name) => env[name])];
  if (lonely === undefined) return true;
  throw new Error(
    `${lonely} is set, but not ${missing}: set all of them to talk to a real Marketo, or none to talk to the simulated one`,
  );
};

/**
 * The settings of a run on this machine. With an API's credentials in the environment it talks to
 * the real Marketo, whose Munchkin id must then be given.
 * @throws SettingsError, or Error where only a part of the credentials is there
 */
export const readLocalSettings = (env: Environment): LocalSettings => {
  const simulated = isSimulated(env);
  const MARKETO_API = apiOf(env);
  const settings = readWithDefaults(
    env,
    simulated ? { ...defaults, MARKETO_API } : { MARKETO_API },
  );
  const fallback: Environment = simulated ? simulatedCredentials : {};
  const valueOf = (name: string): string | undefined => env[name] || fallback[name];
  return {
    settings,
    simulated,
    secrets: {
      WRITE_KEYS: env['WRITE_KEYS'] || localWriteKey,
      SERVER_KEYS: env['SERVER_KEYS'] || localServerKey,
      DELETE_KEYS: env['DELETE_KEYS'] || localDeleteKey,
      WEBHOOK_SECRETS: env['WEBHOOK_SECRETS'] || localWebhookSecret,
      WEBHOOK_KEYS: env['WEBHOOK_KEYS'] || localWebhookKey,
      MARKETO_REST_CLIENT_ID: valueOf('MARKETO_REST_CLIENT_ID') ?? '',
      MARKETO_REST_CLIENT_SECRET: valueOf('MARKETO_REST_CLIENT_SECRET') ?? '',
      MARKETO_SOAP_USER_ID: valueOf('MARKETO_SOAP_USER_ID') ?? '',
      MARKETO_SOAP_ENCRYPTION_KEY: valueOf('MARKETO_SOAP_ENCRYPTION_KEY') ?? '',
      MUNCHKIN_PRIVATE_KEY: valueOf('MUNCHKIN_PRIVATE_KEY'),
      HASH_TOKEN_SECRETS: valueOf('HASH_TOKEN_SECRETS') ?? '',
    },
  };
};

/** The JSON of each secret (`ingest`, `marketo`, `hash`); undefined where a key has no value. */
export const secretValues = ({
  secrets,
}: LocalSettings): ReadonlyMap<string, string | undefined> => {
  const byName = new Map<string, Record<string, string | undefined>>();
  for (const [variable, { secret, key }] of Object.entries(secretVariables)) {
    const value = secrets[variable as keyof typeof secretVariables];
    byName.set(secret, { ...byName.get(secret), [key]: value });
  }
  return new Map(
    [...byName].map(([name, keys]) => [
      name,
      Object.values(keys).includes(undefined) ? undefined : JSON.stringify(keys),
    ]),
  );
};
