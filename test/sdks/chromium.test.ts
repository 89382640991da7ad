import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureChromium, findChromium, setup, type Machine } from '../support/chromium.ts';

/** A machine with these files; `apt-get install` puts Debian's Chromium there unless it fails. */
const machine = (
  files: readonly string[],
  {
    installs = true,
    lockedTimes = 0,
    ...more
  }: Partial<Machine> & { readonly installs?: boolean; lockedTimes?: number } = {},
): Machine & { readonly ran: readonly string[] } => {
  const there = new Set(files);
  const ran: string[] = [];
  return {
    platform: 'linux',
    env: {},
    isRoot: false,
    exists: (path) => there.has(path),
    run: (program, parameters) => {
      ran.push([program, ...parameters].join(' '));
      if (!installs) throw new Error('no network');
      if (parameters.includes('update') && lockedTimes-- > 0) {
        throw Object.assign(new Error(), { stderr: Buffer.from('E: Could not get lock /var/lib') });
      }
      if (parameters.includes('install')) there.add('/usr/bin/chromium');
    },
    wait: (ms) => ran.push(`waited ${ms} ms`),
    ...more,
    ran,
  };
};

describe('Chromium', () => {
  it.each<[string, Machine, string]>([
    ['Debian', machine(['/usr/bin/chromium']), '/usr/bin/chromium'],
    ['Ubuntu', machine(['/usr/bin/chromium-browser']), '/usr/bin/chromium-browser'],
    ['a machine with Chrome', machine(['/usr/bin/google-chrome']), '/usr/bin/google-chrome'],
    [
      'macOS',
      machine(['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'], {
        platform: 'darwin',
      }),
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    [
      'Windows',
      machine(['C:\\Programs\\Google\\Chrome\\Application\\chrome.exe'], {
        platform: 'win32',
        env: { PROGRAMFILES: 'C:\\Programs' },
      }),
      'C:\\Programs\\Google\\Chrome\\Application\\chrome.exe',
    ],
    [
      'a machine that names it',
      machine(['/opt/chromium', '/usr/bin/chromium'], { env: { CHROMIUM_PATH: '/opt/chromium' } }),
      '/opt/chromium',
    ],
  ])('is found on %s', (_where, on, path) => {
    expect(findChromium(on)).toEqual({ path });
  });

  it('is installed by root where apt-get is, and only where it is missing', () => {
    const bare = machine(['/usr/bin/apt-get'], { isRoot: true });
    expect(ensureChromium(bare)).toEqual({ path: '/usr/bin/chromium' });
    expect(bare.ran).toEqual([
      '/usr/bin/apt-get update',
      '/usr/bin/apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends chromium',
    ]);
    expect(ensureChromium(bare)).toEqual({ path: '/usr/bin/chromium' });
    expect(bare.ran).toHaveLength(2);
  });

  it('is installed once another apt-get has let go of its locks', () => {
    const busy = machine(['/usr/bin/apt-get'], { isRoot: true, lockedTimes: 2 });
    expect(ensureChromium(busy)).toEqual({ path: '/usr/bin/chromium' });
    expect(busy.ran.slice(0, 5)).toEqual([
      '/usr/bin/apt-get update',
      'waited 5000 ms',
      '/usr/bin/apt-get update',
      'waited 5000 ms',
      '/usr/bin/apt-get update',
    ]);
    const stuck = machine(['/usr/bin/apt-get'], { isRoot: true, lockedTimes: Infinity });
    expect(ensureChromium(stuck)).toEqual({
      because: expect.stringContaining('apt-get could not install it') as string,
    });
  });

  it.each<[string, ReturnType<typeof machine>, string]>([
    ['a user', machine(['/usr/bin/apt-get']), 'install it, or set CHROMIUM_PATH'],
    ['root without apt-get', machine([], { isRoot: true }), 'install it, or set CHROMIUM_PATH'],
    [
      'root without a network',
      machine(['/usr/bin/apt-get'], { isRoot: true, installs: false }),
      'apt-get could not install it',
    ],
    [
      'whoever names what is not there',
      machine(['/usr/bin/apt-get'], { isRoot: true, env: { CHROMIUM_PATH: '/gone' } }),
      'CHROMIUM_PATH names /gone, which does not exist',
    ],
  ])('is missed by %s with a reason', (_who, on, because) => {
    expect(ensureChromium(on)).toEqual({ because: expect.stringContaining(because) as string });
  });

  it.each([
    ['is looked for before a run with browser tests', ['docs.test.ts', 'browser.test.ts'], 1],
    ['is left alone before a run without', ['docs.test.ts'], 0],
  ])('%s', async (_what, files, times) => {
    const provided: unknown[] = [];
    const warned: string[] = [];
    const project = {
      vitest: {
        state: { getPaths: () => files.map((file) => join(import.meta.dirname, file)) },
        logger: { warn: (text: string) => warned.push(text) },
      },
      provide: (_key: string, value: unknown) => provided.push(value),
    };
    await setup(project, machine([]));
    expect([provided.length, warned.length]).toEqual([times, times]);
    for (const text of warned) expect(text).toContain('Browser tests do not run: there is no');
  });
});
