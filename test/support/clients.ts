import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../clients');
const installMostMs = 300_000;

/** Where the packages of the published clients are, for bundlers. */
export const clientModules = join(folder, 'node_modules');

const jsonIn = (path: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

/** The published clients that the tests run, by name, with their versions. */
export const clientVersions = jsonIn(join(folder, 'package.json'))['dependencies'] as Readonly<
  Record<string, string>
>;

/** Whether all of them are there in these versions. */
const areThere = (modules: string): boolean => {
  return Object.entries(clientVersions).every(([name, version]) => {
    const path = join(modules, name, 'package.json');
    return existsSync(path) && jsonIn(path)['version'] === version;
  });
};

const npmCi = (): void => {
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  // Windows has npm as a script.
  const shell = process.platform === 'win32';
  execFileSync('npm', ['ci'], { cwd: folder, stdio, timeout: installMostMs, shell });
};

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
export const setup = (
  { vitest: { state, logger } }: Project,
  { modules = clientModules, install = npmCi } = {},
): void => {
  const areNeeded = state.getPaths().some((path) => /[\\/]test[\\/](browser|sdks)[\\/]/.test(path));
  if (!areNeeded || areThere(modules)) return;
  try {
    install();
  } catch {
    logger.warn('Tests of clients fail: `npm ci` in test/clients did not work. Try it there.');
  }
};
