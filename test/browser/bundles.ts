import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { testModules } from '../support/packages.ts';
import { buildBrowser } from '../../scripts/buildBrowser.ts';

/** The files that are delivered, as they are delivered. */
export interface Delivered {
  /** `marketo.js`, for a script tag. */
  readonly script: Buffer;
  /** `marketo.mjs`. */
  readonly module: Buffer;
  /** `marketo.d.mts`. */
  readonly types: Buffer;
}

/** Builds in a folder of its own, which is gone when `use` is done. */
export const withBuilt = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'browser-'));
  try {
    await buildBrowser(folder);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

export const deliveredIn = async (folder: string): Promise<Delivered> => {
  const [script, module, types] = await Promise.all(
    (['marketo.js', 'marketo.mjs', 'marketo.d.mts'] as const).map((name) =>
      readFile(join(folder, name)),
    ),
  );
  if (!script || !module || !types) throw new Error('a file of the plugin is missing');
  return { script, module, types };
};

/** A program for a page, made of an ES module that may import packages and `./marketo.mjs`. */
export const bundleFor = async (folder: string, contents: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    nodePaths: [join(import.meta.dirname, '../../node_modules'), testModules],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
};
