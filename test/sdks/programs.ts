import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { closeServer, listen } from '../../local/listen.ts';
import { testModules } from '../support/packages.ts';
import type { ClientRow } from './clientRows.ts';
import type { Ingest } from './door.ts';

type At = Pick<Ingest, 'url' | 'writeKey'>;

const known = ({ url, writeKey }: At): string =>
  `const host = ${JSON.stringify(new URL(url).host)}; const writeKey = ${JSON.stringify(writeKey)};`;

const isImport = (line: string): boolean => line.trimStart().startsWith('import ');

/** One script of a program and of the packages that it imports. */
const bundled = async (program: string, at: At, options: BuildOptions): Promise<string> => {
  const lines = program.split('\n');
  const contents = [
    ...lines.filter(isImport),
    known(at),
    ...lines.filter((line) => !isImport(line)),
  ].join('\n');
  const { outputFiles = [] } = await build({
    stdin: { contents, resolveDir: testModules },
    nodePaths: [testModules],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    ...options,
  });
  return outputFiles[0]?.text ?? '';
};

const stub = join(import.meta.dirname, 'reactNative.js');

/** A program of React Native as a program of Node, on a phone that is a stub. */
const onPhone = (program: string, at: At): Promise<string> =>
  bundled(program, at, {
    platform: 'node',
    mainFields: ['module', 'main'],
    alias: { react: stub, 'react-native': stub },
    external: ['react-native-get-random-values', '@react-native-async-storage/*'],
    define: { __DEV__: 'false' },
  });

const onServer = (program: string, at: At): string => `
  import { createRequire } from 'node:module';
  const load = createRequire(${JSON.stringify(join(testModules, '../package.json'))});
  ${known(at)}
  ${program}`;

/** Runs a program in a Node of its own, to its end. Rejects with what it printed where it fails. */
export const runInNode = async ({ program, runs }: ClientRow, at: At): Promise<void> => {
  const made = await (runs === 'node' ? onServer(program, at) : onPhone(program, at));
  const text = `${made}\nprocess.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  child.stdin.end(text);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the program failed: ${Buffer.concat(said).toString()}`);
};

/** Serves a page of an origin of its own that runs the program. */
export const servePage = async ({ program }: ClientRow, at: At) => {
  const script = await bundled(program, at, {
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  });
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(
      isScript
        ? script
        : '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
    );
  });
  const url = await listen(server);
  return { url: `${url}/pricing?plan=pro`, close: () => closeServer(server) };
};
