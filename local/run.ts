import { SQSClient } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { epochMs } from '../lambdas/segment/time.ts';
import type { Mapping } from '../lambdas/marketo/mapping/mapping.ts';
import { mappingOf, type Settings } from '../lambdas/settings.ts';
import type { Operations } from '../operations/ports.ts';
import type { Info } from '../operations/views.ts';
import type { ForwardClock } from './clock.ts';
import { createClosers, type Closers } from './closers.ts';
import { createLocalConsole } from './console.ts';
import { takeDataFolder } from './dataFolder.ts';
import { createSite } from './demo/site.ts';
import { deployFunctions } from './functions/deploy.ts';
import type { LocalFunction } from './functions/function.ts';
import { putMapping } from './functions/mapping.ts';
import { routesOf } from './http/connect.ts';
import { createGateway } from './http/server.ts';
import { unknownResources, withoutDeployment } from './inventory.ts';
import { createLineLogger } from '../operations/lines/logger.ts';
import { closeServer, listen } from './listen.ts';
import type { ServedSimulator } from '../simulator/server.ts';
import { createQueues } from './queues.ts';
import { createSecrets, serveSecrets } from './secrets.ts';
import { readLocalSettings, secretValues, type Environment } from './settings.ts';
import { pointedAt, simulatedMarketo } from './simulated.ts';
import { connectSources } from './sources/connect.ts';
import { serveSqs } from './sqs/server.ts';
import { systemClock } from './sqs/clock.ts';
import { makeStack } from './stack.ts';
import { localCredentials, serveTables } from './tables.ts';
import { region, type Physicals } from './template.ts';
import type { Welcome } from './welcome.ts';

interface LocalOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Settings and secrets, as in a shell. */
  readonly env: Environment;
  /** Keeps queues, table and simulated Marketo over a restart. Absent: memory only. */
  readonly dataDir?: string;
  /** A DynamoDB that is there already. Absent: an emulator within the run. */
  readonly dynamoUrl?: string | undefined;
  /** Folder of ready bundles, as `scripts/build.ts` leaves it. Absent: they are built. */
  readonly bundles?: string;
  /** Sets queues, functions and simulated Marketo ahead of the machine's clock. */
  readonly clock?: ForwardClock;
  /** The longest that event sources gather a batch for; absent: as the stack says. */
  readonly maxGatherMs?: number;
  /** Gets every line of the functions and of the run itself. */
  readonly log: (line: string) => void;
}

export interface LocalRun {
  /** Base URL of the HTTP API. */
  readonly url: string;
  /** The first write key. */
  readonly writeKey: string;
  readonly settings: Settings;
  /** Absent where it talks to a real Marketo. */
  readonly simulator?: ServedSimulator;
  /** `ingest`, `absorb`, `sync` and `hash`. */
  readonly functions: ReadonlyMap<string, LocalFunction>;
  /** A client of the queues, and their URLs by name. */
  readonly queues: { readonly client: SQSClient; readonly urls: ReadonlyMap<string, string> };
  /** The endpoint of Secrets Manager. */
  readonly secretsUrl: string;
  /** What the console at `/console` shows and does. */
  readonly operations: Operations;
  readonly info: Info;
  /** What to tell whoever started it. */
  readonly welcome: Welcome;
  /** Puts another mapping into force, as a deployment would; what is under way ends with the old one. */
  useMapping(mapping: Mapping): void;
  close(): Promise<void>;
}

/** Environments of each function: enough to show concurrency, few enough for a small machine. */
const maxEnvironments = 4;
/** What batches at work get to end by themselves before their environments are killed. */
const graceMs = 1_500;

const portError = (error: unknown, port: number): unknown =>
  (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    ? new Error(`port ${port} is in use; set PORT to another one`, { cause: error })
    : error;

/** Of a list of keys, as the environment has it. */
const firstKey = (keys: string | undefined): string => keys?.split(',')[0]?.trim() ?? '';

/** What Lambda sets for every function, and where this machine's services are. */
const lambdaVariables = (urls: {
  readonly sqs: string;
  readonly tables: string;
  readonly secrets: string;
}): Record<string, string> => ({
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_ENDPOINT_URL_SQS: urls.sqs,
  AWS_ENDPOINT_URL_DYNAMODB: urls.tables,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.secrets,
});

const start = async (options: LocalOptions, closers: Closers): Promise<LocalRun> => {
  const { port, env, dataDir, dynamoUrl, bundles, maxGatherMs, log, clock = systemClock } = options;
  const local = readLocalSettings(env);
  const gateway = createGateway();
  closers.add(() => closeServer(gateway.server));
  const url = await listen(gateway.server, port).catch((error: unknown) => {
    throw portError(error, port);
  });
  const folder = dataDir === undefined ? undefined : takeDataFolder(dataDir);
  closers.add(() => folder?.release());
  const tell = log;
  const epochClock = { now: () => epochMs(clock.now()) };
  const logger = createLineLogger('local', epochClock, tell);

  const simulator = local.simulated
    ? await simulatedMarketo(local, clock, {
        dataPath: folder?.simulator,
        schemaPath: env['SIMULATOR_SCHEMA'],
      })
    : undefined;
  closers.add(() => simulator?.close());
  const settings = simulator ? pointedAt(simulator, local.settings) : local.settings;
  const stack = await makeStack(settings, { bundles, into: folder?.stack });
  closers.add(() => stack.remove());
  const template = withoutDeployment(stack.template);
  for (const unknown of unknownResources(template)) logger.warn(unknown);

  const physicals: Physicals = new Map();
  const sqs = await serveSqs({
    port: 0,
    journalPath: folder?.queues,
    clock,
    // Functions and queues share one process, so they end together.
    receiversDied: true,
  });
  closers.add(() => sqs.close());
  const client = new SQSClient({ endpoint: sqs.url, region, credentials: localCredentials });
  closers.add(() => {
    client.destroy();
  });
  const urls = await createQueues(template, physicals, client);
  const tables = await serveTables(template, physicals, {
    folder: folder?.tables,
    url: dynamoUrl,
  });
  closers.add(() => tables.close());
  const secretList = createSecrets(template, physicals, secretValues(local));
  const secrets = await serveSecrets(secretList);
  closers.add(() => secrets.close());

  const functions = deployFunctions(template, physicals, {
    assets: stack.assets,
    variables: lambdaVariables({ sqs: sqs.url, tables: tables.url, secrets: secrets.url }),
    most: maxEnvironments,
    log: tell,
    ...(options.clock && { ahead: options.clock.ahead }),
  });
  const closeFunctions = () => Promise.all([...functions.values()].map((fn) => fn.close()));
  closers.add(closeFunctions);
  const list = [...functions.values()];
  const routes = routesOf(template, physicals, list);
  const warn = (message: string): void => {
    logger.warn(message);
  };
  const disconnect = connectSources(
    { template, physicals, functions: list, maxGatherMs, warn },
    client,
  );
  closers.add(async () => {
    const idle = disconnect();
    await Promise.race([idle, sleep(graceMs, undefined, { ref: false })]);
    await closeFunctions();
    await idle;
  });
  const writeKey = firstKey(local.secrets.WRITE_KEYS);
  const atMarketo = simulator && { simulatorUrl: simulator.url };
  let mapping = mappingOf(settings);
  const { operations, info, console, close } = createLocalConsole(
    {
      write: tell,
      clock: epochClock,
      settings,
      mapping: () => mapping,
      ingestUrl: url,
      // A server's: what is sent from the console is no stranger's.
      writeKey: () => Promise.resolve(firstKey(local.secrets.SERVER_KEYS)),
      deleteKey: () => Promise.resolve(firstKey(local.secrets.DELETE_KEYS)),
      sqs: client,
      queueUrls: urls,
      tables,
      secrets: secretList,
    },
    writeKey,
  );
  closers.add(close);
  const welcome = {
    base: info.ingestUrl,
    writeKey,
    ...(!simulator && { realMarketo: settings.marketo.munchkinId }),
  };
  const site = createSite(
    {
      munchkinId: settings.marketo.munchkinId,
      writeKey,
      script: stack.browserScript,
      ...atMarketo,
    },
    welcome,
  );
  gateway.open({ routes, site, console, ...atMarketo });

  return {
    url,
    writeKey,
    settings,
    ...(simulator && { simulator }),
    functions,
    queues: { client, urls },
    secretsUrl: secrets.url,
    operations,
    info,
    welcome,
    useMapping: (next) => {
      mapping = next;
      for (const fn of list) putMapping(fn, next);
    },
    close: async () => {
      await closeServer(gateway.server);
      await closers.close();
    },
  };
};

/**
 * Brings up the synthesized stack on this machine: queues, table, secrets, functions, what invokes
 * them, and the HTTP API. Resolves when everything is up.
 * @throws where settings, port or data folder cannot be used; nothing stays behind then
 */
export const startLocal = async (options: LocalOptions): Promise<LocalRun> => {
  const closers = createClosers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.close().catch(() => undefined);
    throw error;
  }
};
