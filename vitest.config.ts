import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

// Others' packages stand in test/node_modules; what is delivered takes minutes: `npm run test:delivery`.
const exclude = [...configDefaults.exclude, 'test/delivery/**'];

/** Whose files only call code and adapters: no processes, no pages, no clock of the machine. */
const sharing =
  /^test\/(absorb|aws|hash|history|ingest|lead|lib|marketo|operations|segment|settings|simulator|store|sync|twins|upgrade)\//;

/** Of a file that replaces a module, a global or a variable of the process. */
const changesProcess =
  /\bvi\.(mock|doMock|stub|spyOn|useFakeTimers|resetModules)|process\.env\b[^;\n]* = |Object\.assign\(process|process\.chdir|globalThis\.\w+ = /;

const files = globSync('test/**/*.test.ts', { cwd: import.meta.dirname, exclude }).map((file) =>
  file.replaceAll('\\', '/'),
);

/**
 * Files that share a worker's modules: what they import is loaded once for all of them, which takes half of their
 * time away. All others have a worker of their own.
 */
const shared = files.filter(
  (file) =>
    sharing.test(file) &&
    !changesProcess.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
);

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: shared,
          isolate: false,
          globalSetup: ['test/support/packages.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/**/*.test.ts'],
          exclude: [...exclude, ...shared],
          globalSetup: ['test/support/chromium.ts', 'test/support/packages.ts'],
        },
      },
    ],
    setupFiles: ['test/support/perFile.ts'],
    // A first synthesis, or a start of Chromium, takes 25 s on a machine that has much else to do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['lambdas/segment/**', 'lambdas/lead/**', 'lambdas/marketo/*.ts'],
      reporter: ['text-summary'],
      thresholds: { statements: 98, branches: 95, functions: 98, lines: 98 },
    },
  },
});
