import { spawnSync } from 'node:child_process';

const least = 17;

/** `openjdk version "17.0.15" 2025-04-15` and the like. */
const versionIn = (text: string): number => Number(/version "(\d+)/.exec(text)?.[1] ?? 0);

/** What `java -version` says, or undefined where there is none. */
const askJava = (): string | undefined => {
  const { error, stderr, stdout } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return error ? undefined : `${stderr}${stdout}`;
};

/**
 * Vitest's global setup of `npm run test:real`, which needs Java.
 * @throws an error that says what is missing and what to do
 */
export const setup = (_project: unknown, ask = askJava): void => {
  const said = ask();
  if (said !== undefined && versionIn(said) >= least) return;
  const [first = ''] = (said ?? '').split('\n');
  const present = said === undefined ? 'there is no java' : `java is: ${first}`;
  throw new Error(
    `DynamoDB Local needs Java ${least} or newer, and ${present}. Install one (Debian: apt-get install default-jre-headless).`,
  );
};
