import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sourcesPath, withClients } from '../../scripts/sources-docs.ts';
import { clientVersions } from '../support/packages.ts';
import { clientRows } from './clientRows.ts';
import { segmentRows } from './segmentRows.ts';

const page = readFileSync(sourcesPath, 'utf8');

it('the page of sources has the table of the clients that the tests run', () => {
  expect(page).toBe(withClients(page));
});

it('names for each client that is run the version that is installed', () => {
  for (const { npm } of clientRows) expect(clientVersions[npm]).toMatch(/^\d/);
  for (const { version } of segmentRows) expect(version).toMatch(/^\d/);
});
