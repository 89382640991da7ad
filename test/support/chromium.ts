import { execFileSync, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, inject, type TestContext } from 'vitest';

/** Where Chromium is, or why there is none. */
type Chromium = { readonly path: string } | { readonly because: string };

declare module 'vitest' {
  interface ProvidedContext {
    chromium: Chromium;
  }
}

/** What the search for Chromium asks of a machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  exists(path: string): boolean;
  /** Runs a program to its end; throws when it fails. */
  run(program: string, parameters: readonly string[]): void;
  /** Blocks: nothing else happens before the tests run. */
  wait(ms: number): void;
}

const aptGet = '/usr/bin/apt-get';
const maxInstallMs = 600_000;
/** How long another apt-get may hold its locks before ours gives up. */
const maxLockMs = 300_000;
const lookAgainMs = 5_000;
const waitForLock = ['-o', `DPkg::Lock::Timeout=${maxLockMs / 1_000}`];

const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  isRoot: process.getuid?.() === 0,
  exists: existsSync,
  run: (program, parameters) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
    const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
    execFileSync(program, parameters, { stdio, timeout: maxInstallMs, env });
  },
  wait: (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
};

const placesOf = ({ platform, env }: Machine): readonly string[] => {
  if (platform === 'darwin') {
    const app = (name: string): string => `/Applications/${name}.app/Contents/MacOS/${name}`;
    return [app('Chromium'), app('Google Chrome')];
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    return roots.flatMap((root) =>
      root === undefined
        ? []
        : [
            `${root}\\Chromium\\Application\\chrome.exe`,
            `${root}\\Google\\Chrome\\Application\\chrome.exe`,
            `${root}\\Microsoft\\Edge\\Application\\msedge.exe`,
          ],
    );
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return [...names.map((name) => `/usr/bin/${name}`), '/snap/bin/chromium'];
};

/** Looks at `CHROMIUM_PATH`, which must be right where it is set, and then in the usual places. */
export const findChromium = (machine: Machine = thisMachine): Chromium => {
  const { CHROMIUM_PATH: named } = machine.env;
  if (named) {
    return machine.exists(named)
      ? { path: named }
      : { because: `CHROMIUM_PATH names ${named}, which does not exist` };
  }
  const path = placesOf(machine).find((place) => machine.exists(place));
  return path === undefined
    ? { because: 'there is no Chromium: install it, or set CHROMIUM_PATH to where it is' }
    : { path };
};

/** What apt-get says, in English, where another one is at work. */
const isLocked = (error: unknown): boolean =>
  String((error as { readonly stderr?: Buffer }).stderr).includes('Could not get lock');

/** `apt-get update` has no option to wait for the lock of its lists, so it is run again. */
const updateLists = (machine: Machine): void => {
  for (let waitedMs = 0; ; waitedMs += lookAgainMs) {
    try {
      machine.run(aptGet, ['update']);
      return;
    } catch (error) {
      if (!isLocked(error) || waitedMs >= maxLockMs) throw error;
      machine.wait(lookAgainMs);
    }
  }
};

/** Finds Chromium, or installs Debian's where that is ours to do. */
export const ensureChromium = (machine: Machine = thisMachine): Chromium => {
  const found = findChromium(machine);
  const mayInstall = !machine.env['CHROMIUM_PATH'] && machine.isRoot && machine.exists(aptGet);
  if ('path' in found || !mayInstall) return found;
  try {
    updateLists(machine);
    machine.run(aptGet, [
      ...waitForLock,
      'install',
      '--yes',
      '--no-install-recommends',
      'chromium',
    ]);
  } catch {
    return { because: `${found.because}; apt-get could not install it` };
  }
  return findChromium(machine);
};

/** What the setup needs of Vitest's `TestProject`. */
interface Project {
  readonly vitest: {
    readonly state: { getPaths(): string[] };
    readonly logger: { warn(text: string): void };
  };
  provide(key: 'chromium', value: Chromium): void;
}

/** Vitest's global setup: once, before the tests of a run, and only where some need a browser. */
export const setup = async (project: Project, machine = thisMachine): Promise<void> => {
  const { state, logger } = project.vitest;
  const sources = await Promise.all(state.getPaths().map((path) => readFile(path, 'utf8')));
  if (!sources.some((source) => source.includes(pagesForThisFile.name))) return;
  const chromium = ensureChromium(machine);
  if ('because' in chromium) logger.warn(`Browser tests do not run: ${chromium.because}.`);
  project.provide('chromium', chromium);
};

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Nothing outside this machine is reached, whatever a page or the browser wants to load.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

type WithPage = (
  test: Pick<TestContext, 'skip'>,
  use: (page: Page) => Promise<void>,
) => Promise<void>;

/**
 * For the top of a test file: one headless Chromium with a fresh profile for all its tests, started
 * by the first and gone after the last. What it returns opens a page in a context of its own (no
 * cookies or storage of other tests), hands it to the test, and closes it. Where there is no
 * Chromium the test is skipped and says why; with `CI=true` it fails instead.
 */
export const pagesForThisFile = (): WithPage => {
  let started: Promise<Browser> | undefined;
  afterAll(async () => {
    await (await started)?.close();
  });
  const start = async (executablePath: string): Promise<Browser> => {
    const { chromium } = await import('playwright-core');
    return chromium.launch({ executablePath, args: flags });
  };
  return async ({ skip }, use) => {
    const chromium = (inject('chromium') as Chromium | undefined) ?? findChromium();
    if ('because' in chromium) {
      if (process.env['CI'] === 'true') throw new Error(chromium.because);
      return skip(chromium.because);
    }
    started ??= start(chromium.path);
    const context = await (await started).newContext();
    try {
      await use(await context.newPage());
    } finally {
      await context.close();
    }
  };
};
