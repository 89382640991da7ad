import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, type BuildOptions } from 'esbuild';

const project = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles the plugin for browsers into `outDir`: `marketo.mjs` with its types, and `marketo.js` for
 * a script tag, which makes the global `marketoDestination`; and apart from them `associateLead` in the
 * same two forms. Each is whole, minified and without a
 * dependency, for browsers since 2022. Rejects with esbuild's messages where it does not bundle.
 */
export const buildBrowser = async (outDir: string): Promise<void> => {
  const common: BuildOptions = {
    absWorkingDir: project,
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    // Modules are strict by themselves, and a script that was one needs no words for it.
    tsconfigRaw: {},
    legalComments: 'none',
    logLevel: 'silent',
  };
  await mkdir(outDir, { recursive: true });
  await Promise.all([
    bundle({
      ...common,
      entryPoints: ['browser/plugin.ts'],
      format: 'esm',
      outfile: join(outDir, 'marketo.mjs'),
    }),
    bundle({
      ...common,
      entryPoints: ['browser/script.ts'],
      format: 'iife',
      outfile: join(outDir, 'marketo.js'),
    }),
    bundle({
      ...common,
      entryPoints: ['browser/associateLead.ts'],
      format: 'esm',
      outfile: join(outDir, 'associateLead.mjs'),
    }),
    bundle({
      ...common,
      entryPoints: ['browser/associateLeadScript.ts'],
      format: 'iife',
      outfile: join(outDir, 'associateLead.js'),
    }),
    copyFile(join(project, 'browser', 'associate-lead.d.ts'), join(outDir, 'associateLead.d.mts')),
    copyFile(join(project, 'browser', 'marketo.d.ts'), join(outDir, 'marketo.d.mts')),
  ]);
};

if (import.meta.main) await buildBrowser(join(project, 'dist', 'browser'));
