/** `npm run build:package`: everything that `npm pack` takes and that is not in the checkout. */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, buildConsole } from './build.ts';
import { buildPage } from './buildPage.ts';
import { noticesOf } from './notices.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const built = join(project, 'built');
const page = join('operations', 'console', 'client');

/** JavaScript with types and source maps, beside each other as the sources are. */
const compile = (): void => {
  const compiler = join(project, 'test', 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [compiler, '-p', 'config/tsconfig.package.json'], {
    cwd: project,
    stdio: 'inherit',
  });
};

/** The console's page, which a checkout bundles when it is opened. */
const bundleConsole = (): Promise<void> =>
  buildPage(pathToFileURL(join(project, page, '/')), join(built, page));

/** The pages' scripts that the simulated Munchkin serves. */
const copySimulator = (): Promise<void> =>
  cp(join(project, 'simulator', 'browser'), join(built, 'simulator', 'browser'), {
    recursive: true,
  });

/** What `exports` names, and only ingest's bundle imports. */
const copyDescription = (): Promise<void> => {
  const path = join('lambdas', 'ingest', 'openapi.json');
  return cp(join(project, path), join(built, path));
};

await rm(built, { recursive: true, force: true });
compile();
await mkdir(join(built, 'lambdas', 'ingest'), { recursive: true });
await Promise.all([bundleConsole(), copySimulator(), copyDescription()]);
const dist = join(built, 'dist');
const inputs = new Set([...(await build(dist)), ...(await buildConsole(dist))]);
await writeFile(join(built, 'THIRD-PARTY-NOTICES.txt'), noticesOf(project, [...inputs]));
