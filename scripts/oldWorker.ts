import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/*
 * Bundles the worker of version 0.1 for `test/upgrade`, which runs it on items that today's code wrote:
 * `node scripts/oldWorker.ts`, in a checkout with history. The bundle is checked in, so that tests need
 * no history. Packages stay outside; the tests' own are used.
 */

const commit = '9004c57';
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'worker-'));

/** What the tests put together, as the worker's own handler does. */
const entry = `
  export { createCounters } from './lambdas/aws/dynamoCounters.ts';
  export { createLeadsTable } from './lambdas/aws/dynamoLeadsTable.ts';
  export { createMunchkin } from './lambdas/marketo/munchkin/munchkinClient.ts';
  export { createRestMarketo } from './lambdas/marketo/rest/restClient.ts';
  export { createSoapMarketo } from './lambdas/marketo/soap/soapClient.ts';
  export { composeAbsorb, composeSync } from './lambdas/worker/compose.ts';
  export { absorbTiming, callLimits, leadLimits, leadTiming, sweepTiming, syncTiming } from './lib/timing.ts';
`;

try {
  const files = execFileSync('git', ['archive', commit, 'lambdas', 'lib'], {
    cwd: root,
    maxBuffer: 1e8,
  });
  execFileSync('tar', ['x', '-C', folder], { input: files });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'entry.ts'), entry);
  await build({
    absWorkingDir: folder,
    entryPoints: ['entry.ts'],
    outfile: join(root, 'test/upgrade/worker-0.1.0/worker.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    minify: true,
    banner: {
      js: `/* eslint-disable */\n/* The worker of version 0.1 (${commit}), by scripts/oldWorker.ts. */`,
    },
  });
} finally {
  rmSync(folder, { recursive: true });
}
