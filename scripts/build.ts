import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build as bundle, type Metafile, type Plugin } from 'esbuild';
import { browserScriptPath } from '../lib/browserFiles.ts';
import { buildBrowser } from './buildBrowser.ts';
import { buildPage } from './buildPage.ts';
import {
  besideBundle,
  environmentCredentials,
  loads,
  type OnDemand,
  withoutMappingSchemas,
  withoutUnused,
  withoutUnusedOfSdk,
} from './bundlePlugins.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

/** Folder of the bundle → its entry point. */
const entryPoints = {
  ingest: 'lambdas/ingest/ingestHandler.ts',
  absorb: 'lambdas/absorb/absorbHandler.ts',
  sync: 'lambdas/sync/syncHandler.ts',
  hash: 'lambdas/hash/hashHandler.ts',
} as const;

/** CommonJS, because `require` of Node's own modules starts about 30 ms faster than `import`. */
const format = {
  bundle: true,
  minify: true,
  keepNames: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.cjs' },
  legalComments: 'none',
  logLevel: 'silent',
  metafile: true,
} as const satisfies BuildOptions;

/** What most runs never need: more than half of sync's code, and a third of ingest's. */
const onDemand: readonly OnDemand[] = [
  { entryPoint: 'lambdas/marketo/soap/soapClient.ts', name: 'soap' },
  { entryPoint: 'lambdas/ingest/openApi.ts', name: 'description' },
  { entryPoint: 'lambdas/aws/ingestHistory.ts', name: 'history' },
];

const defaultPlugins: readonly Plugin[] = [besideBundle(onDemand), environmentCredentials];

/** The console checks mappings; the pipeline has them checked. */
const pipelinePlugins: readonly Plugin[] = [
  ...defaultPlugins,
  withoutUnusedOfSdk,
  withoutMappingSchemas,
];

interface Bundling {
  /** Folder of the bundle → its entry point. */
  readonly entries: Readonly<Record<string, string>>;
  readonly outDir: string;
  readonly from: string;
  readonly plugins?: readonly Plugin[];
}

/** Writes the part beside the bundles that load it; resolves to the paths of its files. */
const bundleBeside = async (
  part: OnDemand,
  { outputs }: Metafile,
  { entries, from, outDir }: Bundling,
): Promise<readonly string[]> => {
  const names = Object.entries(entries)
    .filter(([, path]) =>
      Object.values(outputs).some(
        ({ entryPoint, imports }) => entryPoint === path && loads(part, imports),
      ),
    )
    .map(([name]) => name);
  if (names.length === 0) return [];
  const { metafile } = await bundle({
    ...format,
    absWorkingDir: from,
    entryPoints: names.map((name) => ({ in: part.entryPoint, out: `${name}/${part.name}` })),
    outdir: outDir,
    plugins: [withoutUnused, environmentCredentials, withoutUnusedOfSdk],
  });
  return Object.keys(metafile.inputs);
};

/**
 * Bundles the handlers into `<outDir>/<name>/index.cjs`, each minified and whole but for what it loads
 * on demand from a file beside it, with a source map that is not deployed. Resolves to the paths of all
 * files in the bundles. Rejects with esbuild's messages when a handler does not bundle.
 */
const bundleHandlers = async (bundling: Bundling): Promise<readonly string[]> => {
  const { entries, from, outDir, plugins = defaultPlugins } = bundling;
  const { metafile } = await bundle({
    ...format,
    absWorkingDir: from,
    entryPoints: Object.entries(entries).map(([name, path]) => ({
      in: path,
      out: `${name}/index`,
    })),
    outdir: outDir,
    sourcemap: 'external',
    plugins: [...plugins],
  });
  const beside = await Promise.all(onDemand.map((part) => bundleBeside(part, metafile, bundling)));
  return [...Object.keys(metafile.inputs), ...beside.flat()];
};

/**
 * Bundles the pipeline's handlers, and then the script for browsers into `<outDir>/browser`. What was in
 * the folder is gone. Resolves to the paths of all files in the functions' bundles. Rejects with esbuild's
 * messages when a handler does not bundle, and writes nothing any more by then.
 */
export const build = async (
  outDir: string,
  from: string = project,
  plugins: readonly Plugin[] = pipelinePlugins,
): Promise<readonly string[]> => {
  await rm(outDir, { recursive: true, force: true });
  const inputs = await bundleHandlers({ entries: entryPoints, outDir, from, plugins });
  await buildBrowser(join(outDir, dirname(browserScriptPath)));
  return inputs;
};

/** Bundles the console's function and its page, beside the others. Resolves as `build` does. */
export const buildConsole = async (outDir: string): Promise<readonly string[]> => {
  const entries = { console: 'operations/console/served/handler.ts' };
  const inputs = await bundleHandlers({ entries, outDir, from: project });
  const page = pathToFileURL(join(project, 'operations', 'console', 'client', '/'));
  await buildPage(page, join(outDir, 'console', 'page'));
  return inputs;
};

if (import.meta.main) {
  const outDir = join(project, 'dist');
  await build(outDir);
  await buildConsole(outDir);
}
