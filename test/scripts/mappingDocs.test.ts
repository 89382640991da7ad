import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mappingPage } from '../../scripts/mapping-docs.ts';

it('docs/mapping.md is what the tables and vectors say (else run scripts/mapping-docs.ts)', () => {
  const page = readFileSync(new URL('../../docs/mapping.md', import.meta.url), 'utf8');
  expect(page).toBe(mappingPage());
});
