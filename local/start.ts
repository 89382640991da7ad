/** `npm start`: the whole pipeline on this machine, until Ctrl-C. */
import { SettingsError } from '../lambdas/settings.ts';
import { startLocal, type LocalRun } from './run.ts';
import { localWriteKey } from './settings.ts';

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

/** A key of the user's own is a secret: the shell that has it fills it in. */
const keyInShell = (writeKey: string): string =>
  writeKey === localWriteKey ? `${writeKey}:` : '"${WRITE_KEYS%%,*}:"';

const readyLine = ({ info, writeKey, simulator, settings }: LocalRun): string => {
  const { ingestUrl: base, writeKeyHint: key = '' } = info;
  const event = {
    anonymousId: 'a-1',
    traits: { email: 'jane@example.com', firstName: 'Jane', plan: 'pro' },
  };
  const marketo = simulator
    ? `simulated Marketo at ${base}/simulator/leads`
    : `the real Marketo ${settings.marketo.munchkinId}`;
  return [
    `ready: ${base}, write key ${key}, ${marketo}, a page to play with at ${base}/demo, what happened at ${base}/console. Try:`,
    `curl -u ${keyInShell(writeKey)} -H 'content-type: application/json'`,
    `-d '${JSON.stringify(event)}' ${base}/v1/identify`,
  ].join(' ');
};

const run = async (): Promise<void> => {
  const { env } = process;
  const dataDir = env['DATA_DIR'] || undefined;
  let stopping = false;
  const starting = startLocal({
    port: portOf(env['PORT']),
    env,
    log: (line) => {
      if (!isMetric(line)) print(line);
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
  print(readyLine(local));
};

run().catch((error: unknown) => {
  const { name, message, stack = message } = error as Error;
  // A plain error is a sentence for the user; any other kind is a defect, and its place matters.
  process.stderr.write(`${name === 'Error' || error instanceof SettingsError ? message : stack}\n`);
  process.exit(1);
});
