import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { emptyMapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { Mapping } from '../../lambdas/marketo/mapping/mapping.ts';
import { putMapping } from '../../local/functions/mapping.ts';
import { watchMapping } from '../../local/watchMapping.ts';
import { functionOf, temporaryFolder } from './support.ts';

test('a function that has a mapping gets another one with its next environment', async () => {
  const fn = functionOf(`
    const fieldMap = require('./mapping.json').fieldMap;
    exports.handler = async ({ wait }) => { await new Promise((r) => setTimeout(r, wait ?? 0)); return fieldMap; };`);
  writeFileSync(join(fn.folder, 'mapping.json'), JSON.stringify({ fieldMap: { a: 'A' } }));
  expect(await fn.invoke({})).toEqual({ result: '{"a":"A"}' });
  const atWork = fn.invoke({ wait: 200 });
  putMapping(fn, { ...emptyMapping, fieldMap: { b: 'B' } });
  expect(await fn.invoke({})).toEqual({ result: '{"b":"B"}' });
  expect(await atWork).toEqual({ result: '{"a":"A"}' });
  const other = functionOf('exports.handler = async () => 1;');
  putMapping(other, emptyMapping);
  expect(await other.invoke({})).toEqual({ result: '1' });
});

test('a mapping file that changes counts at once, and one with a mistake does not', async () => {
  const folder = temporaryFolder();
  const settings = join(folder, 'settings.json');
  const file = join(folder, 'mapping.json');
  writeFileSync(settings, '{}');
  const used: Mapping[] = [];
  const said: string[] = [];
  const stop = watchMapping(
    { SETTINGS_FILE: settings },
    { useMapping: (mapping) => used.push(mapping) },
    (line) => said.push(line),
  );
  onTestFinished(stop);
  const until = (wanted: RegExp) =>
    vi.waitFor(
      () => {
        expect(said.join('\n')).toMatch(wanted);
      },
      { timeout: 30_000 },
    );
  writeFileSync(file, '{"rules": [{"to": "visit"}]}');
  await until(/mapping\.json changed: the mapping has one rule now\./);
  expect(used).toMatchObject([{ rules: [{ to: 'visit' }] }]);
  writeFileSync(file, '{"rules": [{"to": "vist"}]}');
  await until(/the mapping of before stays in force\. .*\n- .*mapping\.json:1: rules\[1\]\.to/s);
  expect(used).toHaveLength(1);
});
