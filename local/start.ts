/** `npm start`: the whole pipeline on this machine, until Ctrl-C. */
import { movedSettings, SettingsError } from '../lambdas/settings.ts';
import { startLocal } from './run.ts';
import { watchMapping } from './watchMapping.ts';
import { createPeopleLog } from './people.ts';
import { welcomeText } from './welcome.ts';

const defaultPort = 8787;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Metrics are for CloudWatch; on a terminal they would push everything else away. */
const isMetric = (line: string): boolean => line.startsWith('{"_aws":');

const portOf = (text: string | undefined): number => {
  const port = Number(text || defaultPort);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error('PORT is no port: give a whole number from 0 to 65535, or leave it out');
};

/** How lines are printed: a sentence for each person, or as the functions wrote them. */
const logOf = (text: string | undefined): 'people' | 'json' => {
  if (text === undefined || text === '' || text === 'people') return 'people';
  if (text === 'json') return 'json';
  throw new Error('LOG is people or json: give one of them, or leave it out');
};

const run = async (): Promise<void> => {
  const { env } = process;
  const dataDir = env['DATA_DIR'] || undefined;
  const format = logOf(env['LOG']);
  let stopping = false;
  const people = createPeopleLog({
    emailOf: async (lead) => (await (await starting).operations.lead({ lead }))?.address,
    print,
  });
  const starting = startLocal({
    port: portOf(env['PORT']),
    env,
    log: (line) => {
      if (format === 'people') people.write(line);
      else if (!isMetric(line)) print(line);
    },
    ...(dataDir !== undefined && { dataDir }),
  });
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    void starting
      .then((local) => local.close())
      .catch(() => undefined)
      .then(() => process.exit());
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const local = await starting;
  for (const line of movedSettings(local.settings)) print(line);
  watchMapping(env, local, print);
  print(welcomeText(local.welcome));
};

run().catch((error: unknown) => {
  const { name, message, stack = message } = error as Error;
  // A plain error is a sentence for the user; any other kind is a defect, and its place matters.
  process.stderr.write(`${name === 'Error' || error instanceof SettingsError ? message : stack}\n`);
  process.exit(1);
});
