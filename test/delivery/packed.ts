import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import tests from '../package.json' with { type: 'json' };

const project = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** npm as a shell finds it: this Node.js may come without one. */
const npm = (args: readonly string[], cwd: string) =>
  run('npm', args, { cwd, maxBuffer: 50_000_000, shell: process.platform === 'win32' });

interface Packed {
  readonly filename: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** A project of somebody else's, in a folder far from this one. */
interface Project {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  /** Runs a script with the Node.js of the tests; resolves to what it printed. */
  node(...args: readonly string[]): Promise<string>;
  remove(): void;
}

/** Builds the package and packs it into the folder. */
export const pack = async (folder: string): Promise<Packed> => {
  const { stdout } = await npm(['pack', '--json', '--pack-destination', folder], project);
  // What the build prints comes first.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [Packed];
  return packed;
};

/** A new project that has installed the tarball, with the peers that an app of CDK has. */
export const install = async (tarball: string): Promise<Project> => {
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  const project: Project = {
    folder,
    write: (files) => {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      }
    },
    node: async (...args) => {
      const { stdout } = await run(process.execPath, args, { cwd: folder });
      return stdout.trim();
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
  project.write({ 'package.json': '{"name": "app", "private": true}' });
  const peers = ['aws-cdk-lib', 'constructs', '@types/node'] as const;
  const versions = [
    ...peers.map((name) => `${name}@${manifest.devDependencies[name]}`),
    `typescript@${tests.devDependencies.typescript}`,
  ];
  await npm(
    ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball, ...versions],
    folder,
  );
  return project;
};
