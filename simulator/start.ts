import { join } from 'node:path';
import { defaultRestCredentials } from './rest/tokens.ts';
import { readSchemaFile } from './schema/schema.ts';
import { serveSimulator } from './server.ts';

interface StartOptions {
  /** 0 takes any free one. */
  readonly port: number;
  readonly munchkinId: string;
  readonly leadLockMs: number;
  /** Credentials of your own; the names are those of a local run. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly schemaPath?: string;
  readonly dataFolder?: string;
}

/** What a client is to be given, by the name of the variable that changes it; a secret is not shown. */
type Credentials = Readonly<Record<string, string>>;

interface StartedSimulator {
  readonly url: string;
  readonly credentials: Credentials;
  readonly close: () => Promise<void>;
}

const defaults = {
  MARKETO_REST_CLIENT_ID: defaultRestCredentials.clientId,
  MARKETO_REST_CLIENT_SECRET: defaultRestCredentials.clientSecret,
  MARKETO_SOAP_USER_ID: 'simulated_user',
  MARKETO_SOAP_ENCRYPTION_KEY: 'simulated-encryption-key',
  MUNCHKIN_PRIVATE_KEY: 'simulated-private-key',
};

const listenError = (error: unknown, port: number): unknown =>
  (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    ? new Error(`port ${port} is in use: give another one with --port`, { cause: error })
    : error;

/**
 * Serves a simulated Marketo by itself, as the command line does.
 * @throws Error that says what is wrong with the schema file, the folder or the port
 */
export const startSimulator = async (options: StartOptions): Promise<StartedSimulator> => {
  const { port, munchkinId, leadLockMs, env, schemaPath, dataFolder } = options;
  const schema = schemaPath === undefined ? undefined : readSchemaFile(schemaPath);
  const valueOf = (name: keyof typeof defaults): string => env[name] || defaults[name];
  const served = await serveSimulator({
    port,
    clock: Date,
    munchkinId,
    leadLockMs,
    credentials: {
      userId: valueOf('MARKETO_SOAP_USER_ID'),
      encryptionKey: valueOf('MARKETO_SOAP_ENCRYPTION_KEY'),
    },
    rest: {
      clientId: valueOf('MARKETO_REST_CLIENT_ID'),
      clientSecret: valueOf('MARKETO_REST_CLIENT_SECRET'),
    },
    munchkinPrivateKey: valueOf('MUNCHKIN_PRIVATE_KEY'),
    ...(schema && { schema }),
    ...(dataFolder !== undefined && { dataPath: join(dataFolder, 'simulator.jsonl') }),
  }).catch((error: unknown) => {
    throw listenError(error, port);
  });
  const credentials = Object.entries(defaults).map(([name, value]) => [
    name,
    env[name] ? 'from the environment' : value,
  ]);
  return {
    url: served.url,
    credentials: Object.fromEntries(credentials) as Credentials,
    close: served.close,
  };
};
