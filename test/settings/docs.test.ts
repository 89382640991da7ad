import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { secretVariables, settingsList } from '../../lambdas/settings.ts';
import { configurationPage, settingsTable } from '../../scripts/configuration-docs.ts';

it('the committed configuration page is the one that the schema makes', () => {
  const page = readFileSync('docs/configuration.md', 'utf8');
  expect(page, 'run `node scripts/configuration-docs.ts`').toBe(configurationPage());
});

it('the table has one row for every setting, with its variable', () => {
  const rows = settingsTable().split('\n').slice(2);
  expect(rows.map((row) => /^\| `(.+?)` \| `(.+?)` \|/.exec(row)?.slice(1))).toEqual(
    settingsList().map(({ path, variable }) => [path, variable]),
  );
});

it('no two settings or secrets share a variable', () => {
  const variables = [...settingsList().map((one) => one.variable), ...Object.keys(secretVariables)];
  expect(new Set(variables).size).toBe(variables.length);
});
