import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { readSettings } from '../../lambdas/settings.ts';
import { synthesize } from '../../lib/synthesize.ts';
import { build } from '../../scripts/build.ts';
import { serveAccount } from './aws.ts';

const cli = join(
  dirname(
    createRequire(new URL('../../tools/cdk/package.json', import.meta.url)).resolve(
      'aws-cdk/package.json',
    ),
  ),
  'bin',
  'cdk',
);

/** The real command line of CDK beside an account on this machine, in a folder of its own. */
export const openWorkplace = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  const assets = join(folder, 'bundles');
  await build(assets);
  const account = await serveAccount();

  /** Runs a program against that account alone; resolves to what it printed. */
  const run = async (program: string, args: readonly string[]) => {
    const running = promisify(execFile)(program, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, ...account.environment },
      maxBuffer: 50_000_000,
      timeout: 120_000,
    });
    // Nobody is there to be asked.
    running.child.stdin?.end();
    return running;
  };
  const cdk = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run(process.execPath, [cli, ...args]);
    return stdout + stderr;
  };

  return {
    folder,
    account,
    run,
    cdk,
    assembly: (name: string, env: Readonly<Record<string, string>> = {}): string => {
      const settings = readSettings({ file: 'settings.example.json', env });
      return synthesize({ settings, assets, outDir: join(folder, name), checks: false }).directory;
    },
    deploy: (directory: string): Promise<string> =>
      cdk('deploy', '--app', directory, '--require-approval', 'never', '--progress', 'events'),
    close: async (): Promise<void> => {
      await account.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
