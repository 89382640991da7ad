import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('client/main.ts', import.meta.url));

/** The demo page's program with analytics.js, for a script tag. Rejects where it does not bundle. */
export const bundleDemo = async (): Promise<Buffer> => {
  const { outputFiles } = await build({
    entryPoints: [entry],
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
  if (!bundled) throw new Error('the bundler made nothing of the demo page');
  return Buffer.from(bundled.contents);
};
