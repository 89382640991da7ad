import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../clients');
const installMostMs = 300_000;

const jsonIn = (path: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

/** The published clients that the tests run, by name, with their versions. */
export const clientVersions = jsonIn(join(folder, 'package.json'))['dependencies'] as Readonly<
  Record<string, string>
>;

/** Where their packages are, for bundlers. */
export const clientModules = join(folder, 'node_modules');

const isThere = ([name, version]: readonly [string, string]): boolean => {
  const path = join(clientModules, name, 'package.json');
  return existsSync(path) && jsonIn(path)['version'] === version;
};

/** Loads a client into this process. */
export const loadClient = createRequire(join(folder, 'package.json'));

/** What the setup needs of Vitest's `TestProject`. */
interface Project {
  readonly vitest: {
    readonly state: { getPaths(): string[] };
    readonly logger: { warn(text: string): void };
  };
}

/**
 * Vitest's global setup: installs the clients by their own lock file, once, and only where tests of
 * them run. They are apart from the project's packages, so that `npm ci` stays small.
 */
export const setup = ({ vitest: { state, logger } }: Project): void => {
  const areNeeded = state.getPaths().some((path) => /[\\/]test[\\/](browser|sdks)[\\/]/.test(path));
  if (!areNeeded || Object.entries(clientVersions).every(isThere)) return;
  try {
    execFileSync('npm', ['ci'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: installMostMs,
      // Windows has npm as a script.
      shell: process.platform === 'win32',
    });
  } catch {
    logger.warn('Tests of clients fail: `npm ci` in test/clients did not work. Try it there.');
  }
};
