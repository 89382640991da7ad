import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { setup } from '../support/clients.ts';

it.each([
  ['are installed where one is missing', '/x/test/sdks/a.test.ts', tmpdir(), 1],
  ['are left alone where all are there', '/x/test/browser/a.test.ts', undefined, 0],
  ['are left alone before a run that needs none', '/x/test/lead/a.test.ts', tmpdir(), 0],
])('the published clients %s', (_what, path, modules, times) => {
  const warned: string[] = [];
  let installed = 0;
  const install = (): void => {
    installed += 1;
    throw new Error('no network');
  };
  const vitest = {
    state: { getPaths: () => [path] },
    logger: { warn: (text: string) => warned.push(text) },
  };
  setup({ vitest }, { ...(modules !== undefined && { modules }), install });
  expect([installed, warned.length]).toEqual([times, times]);
  for (const text of warned) expect(text).toContain('npm ci');
});
