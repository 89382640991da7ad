import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readmePath, withSettings } from '../../scripts/readme-docs.ts';

it('README lists the settings as the schema has them (npm run docs writes it)', async () => {
  const readme = await readFile(readmePath, 'utf8');
  expect(readme).toBe(withSettings(readme));
});
