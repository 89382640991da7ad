import { fileURLToPath } from 'node:url';
import { readSettings, SettingsError } from '../lambdas/settings.ts';
import { synthesize } from '../lib/synthesize.ts';
import { build, buildConsole } from '../scripts/build.ts';

try {
  const settings = readSettings({ env: process.env });
  const assets = fileURLToPath(new URL('../dist', import.meta.url));
  await build(assets);
  if (settings.console.serve) await buildConsole(assets);
  synthesize({ settings, assets });
} catch (error) {
  // The message says it all; a stack trace would hide it.
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
