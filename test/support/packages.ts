import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const tests = join(import.meta.dirname, '..');

/** Where the packages of the tests are, for bundlers. */
export const testModules = join(tests, 'node_modules');

/** The published clients that the tests run, by name, with their versions. */
export const { dependencies: clientVersions } = JSON.parse(
  readFileSync(join(tests, 'package.json'), 'utf8'),
) as { readonly dependencies: Readonly<Record<string, string>> };

const npmCi = (): void => {
  const installer = join(tests, '../tools/install.js');
  execFileSync(process.execPath, [installer, 'test'], { stdio: ['ignore', 'ignore', 'inherit'] });
};

/** What the setup needs of Vitest's `TestProject`. */
interface Project {
  readonly vitest: { readonly logger: { warn(text: string): void } };
}

/**
 * Vitest's global setup: installs what only tests need by its own lock file, once. It is apart from
 * the project's packages, so that `npm ci` stays small.
 */
export const setup = ({ vitest: { logger } }: Project, install = npmCi): void => {
  try {
    install();
  } catch {
    logger.warn('Tests that need its packages fail: `npm ci` in test/ did not work. Try it there.');
  }
};
