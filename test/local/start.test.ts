import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { closeServer, listen } from '../../local/listen.ts';
import { temporaryFolder } from './support.ts';

const script = fileURLToPath(new URL('../../local/start.ts', import.meta.url));

const command = (env: Record<string, string>): ChildProcess => {
  const settings = join(temporaryFolder(), 'settings.json');
  writeFileSync(settings, '{}');
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env['PATH'], SETTINGS_FILE: settings, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
};

interface Output {
  /** Resolves to the lines so far, once there is one that matches. */
  readonly until: (wanted: RegExp) => Promise<readonly string[]>;
}

const outputOf = (child: ChildProcess): Output => {
  const lines: string[] = [];
  if (!child.stdout) throw new Error('no output');
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  return {
    until: (wanted) =>
      vi.waitFor(
        () => {
          expect(lines).toContainEqual(expect.stringMatching(wanted));
          return lines;
        },
        { timeout: 60_000 },
      ),
  };
};

const isUp = /Ctrl-C stops everything/;

const stop = async (child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> => {
  const exit = once(child, 'exit');
  child.kill(signal);
  return (await exit)[0] as unknown;
};

const failure = async (env: Record<string, string>): Promise<[unknown, string]> => {
  const child = command(env);
  const exit = once(child, 'exit');
  const said = child.stderr ? await text(child.stderr) : '';
  return [(await exit)[0], said];
};

test('it prints a curl that works, and a line for the person; kill -9 loses no lead; Ctrl-C ends it', async () => {
  const DATA_DIR = temporaryFolder();
  const first = command({ DATA_DIR });
  const output = outputOf(first);
  const welcome = [...(await output.until(isUp))];
  expect(welcome.filter((line) => line.length > 80)).toEqual([]);
  expect(welcome).toContain('Write key: local-write-key');
  const [, key = '', body = '', url = ''] =
    /curl -u (\S+) -H 'content-type: application\/json' \\\n {2}-d '([^']+)' \\\n {2}(\S+)\n/.exec(
      welcome.join('\n'),
    ) ?? [];
  const leads = async (base: string) => {
    const response = await fetch(new URL('/simulator/leads', base));
    return (await response.json()) as { readonly email: string }[];
  };
  const posted = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(key).toString('base64')}`,
      'content-type': 'application/json',
    },
    body,
  });
  expect([posted.status, await posted.json()]).toEqual([200, { success: true }]);
  const [said = ''] = (await output.until(/is in Marketo/)).slice(welcome.length);
  expect(said).toMatch(/^\d\d:\d\d:\d\d {2}jane@example\.com is in Marketo: .*city/i);
  expect(await leads(url)).toMatchObject([{ email: 'jane@example.com' }]);
  const page = await fetch(new URL('/', url));
  expect(await page.text()).toContain('<a href="/console">');

  await stop(first, 'SIGKILL');
  const second = command({ DATA_DIR, LOG: 'json' });
  const lines = await outputOf(second).until(isUp);
  const [again = ''] = /http:\S+\d/.exec(lines.join('\n')) ?? [];
  expect(await leads(again)).toMatchObject([{ email: 'jane@example.com' }]);
  const stoppedAt = performance.now();
  expect(await stop(second, 'SIGINT')).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(5_000);
}, 90_000);

test('a port in use is an error that names PORT', async () => {
  const server = createServer();
  const { port } = new URL(await listen(server));
  onTestFinished(() => closeServer(server));
  expect(await failure({ PORT: port })).toEqual([
    1,
    `port ${port} is in use; set PORT to another one\n`,
  ]);
}, 20_000);

test('a wrong setting is an error that names it, without a stack', async () => {
  const [code, said] = await failure({ MARKETO_APY: 'soap' });
  expect(code).toBe(1);
  expect(said).toMatch(/MARKETO_APY.*Did you mean MARKETO_API\?/);
  expect(said).not.toMatch(/^\s+at /m);
  expect(await failure({ PORT: 'http' })).toEqual([1, expect.stringMatching(/^PORT is no port/)]);
  expect(await failure({ LOG: 'xml' })).toEqual([
    1,
    expect.stringMatching(/^LOG is people or json/),
  ]);
}, 20_000);
