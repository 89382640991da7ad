import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A page's program or styles, whole, for one tag. Rejects with esbuild's messages where it does not bundle. */
export const bundlePage = async (entry: URL): Promise<Buffer> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [bundled] = outputFiles;
  if (!bundled) throw new Error(`the bundler made nothing of ${entry.pathname}`);
  return Buffer.from(bundled.contents);
};
