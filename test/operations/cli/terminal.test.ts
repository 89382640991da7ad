import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { serve } from '../console/support.ts';
import { createFakeOperations } from '../console/client/fake/operations.ts';
import { jake, jakesEvent } from '../console/client/fake/jake.ts';
import { inTerminal } from './pty.ts';

const script = join(import.meta.dirname, '../../../bin/marketo-destination.js');

test('help says what there is, how to choose a destination, and what each exit code means', async () => {
  const running = inTerminal(['--help']);
  expect(await running.exit).toBe(0);
  for (const word of ['send', 'lead', 'event', 'dead', 'check', 'forget', 'console', '--stack'])
    expect(running.screen()).toContain(word);
  expect(running.screen()).toMatch(/Ends with 0 when it is done, 1 when the answer is no/);
});

test('lead answers first why somebody is not in Marketo, then shows what that rests on', async () => {
  const operations = createFakeOperations();
  const url = await serve(operations);
  const running = inTerminal(['lead', jake, '--url', url]);
  expect(await running.exit).toBe(0);
  const view = await operations.lead({ email: jake });
  const [first = ''] = running.screen().split('\n');
  expect(view?.summary).toContain(first.slice(0, 40));
  expect(running.screen()).toMatch(/FavoriteColor\s+rejected\s+"green"/);
  expect(running.screen()).toMatch(/Company\s+waiting\s+"Bridges & Sons"/);
  expect(running.screen()).toMatch(/lock\s+locked for \d/);
});

test('event shows each step with when it came', async () => {
  const url = await serve(createFakeOperations());
  const running = inTerminal(['event', jakesEvent, '--url', url]);
  expect(await running.exit).toBe(0);
  expect(running.screen()).toContain(jakesEvent);
  expect(running.screen()).toMatch(/\+\d+(?:\.\d+)? (?:ms|s)\s+absorbed/);
});

test('nothing is dropped before somebody has said yes', async () => {
  const operations = createFakeOperations(3);
  const url = await serve(operations);
  const refused = inTerminal(['dead', 'drop', '--all', '--url', url]);
  await refused.shows(/Delete 3 dead letters for good\? \[y\/N\]/);
  refused.type('n\r');
  expect(await refused.exit).toBe(1);
  expect(operations.letters).toHaveLength(3);

  const [letter] = operations.letters;
  const agreed = inTerminal(['dead', 'drop', letter?.id ?? '', '--url', url]);
  await agreed.shows(/Delete 1 dead letter for good/);
  agreed.type('y\r');
  expect(await agreed.exit).toBe(0);
  expect(operations.letters).toHaveLength(2);
});

test('Ctrl-C at a question does nothing of what was asked', async () => {
  const operations = createFakeOperations(3);
  const url = await serve(operations);
  const running = inTerminal(['dead', 'drop', '--all', '--url', url]);
  await running.shows(/for good\? \[y\/N\]/);
  running.type('\u0003');
  expect(await running.exit).toBe(130);
  expect(operations.letters).toHaveLength(3);
});

test('Ctrl-C ends a command that waits for an answer', async () => {
  const never = new Promise<never>(() => undefined);
  const asked = Promise.withResolvers<undefined>();
  const url = await serve({
    ...createFakeOperations(),
    lead: () => {
      asked.resolve(undefined);
      return never;
    },
  });
  const running = inTerminal(['lead', jake, '--url', url]);
  await asked.promise;
  running.type('\u0003');
  expect(await running.exit).toBe(130);
});

test('the console is served until Ctrl-C', async () => {
  const url = await serve(createFakeOperations());
  const running = inTerminal(['console', '--port', '0', '--url', url]);
  await running.shows(/ready: http:\/\/localhost:\d+\/console/);
  const [address = ''] = /http:\/\/localhost:\d+\/console/.exec(running.screen()) ?? [];
  expect((await fetch(address)).status).toBe(200);
  running.type('\u0003');
  expect(await running.exit).toBe(0);
});

test('a pipe gets JSON without colours, and the exit code says how it ended', async () => {
  const url = await serve(createFakeOperations());
  const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, [script, ...args]).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
  const known = await run('lead', jake, '--json', '--url', url);
  expect(known.code).toBe(0);
  expect(JSON.parse(known.stdout)).toMatchObject({ address: jake });

  const unknown = await run('lead', 'nobody@example.com', '--json', '--url', url);
  expect(unknown.code).toBe(1);
  expect(JSON.parse(unknown.stdout)).toBeNull();

  const silent = await run('dead', 'list', '--url', 'http://127.0.0.1:65535');
  expect(silent.code).toBe(3);
  expect(silent.stderr).toMatch(/npm start.*--stack/);
});
