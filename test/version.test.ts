import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version } from '../lambdas/version.ts';

const root = join(import.meta.dirname, '..');
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const jsonOf = (path: string) => JSON.parse(textOf(path)) as Readonly<Record<string, unknown>>;

describe('the version', () => {
  it('is a semantic one, the same in the package, its lock file, the functions and the description of the API', () => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(jsonOf('package.json')).toMatchObject({ version });
    expect(jsonOf('package-lock.json')).toMatchObject({ version, packages: { '': { version } } });
    expect(jsonOf('lambdas/ingest/openapi.json')).toMatchObject({ info: { version } });
    expect(jsonOf('examples/environments/package.json')).toMatchObject({
      dependencies: { 'marketo-destination': `^${version}` },
    });
  });

  it('has its section in the changelog, dated, above those of older versions', () => {
    const sections = textOf('CHANGELOG.md').match(/^## .*$/gm) ?? [];
    const dated = sections.filter((line) => line !== '## Unreleased');
    for (const line of dated) expect(line).toMatch(/^## \d+\.\d+\.\d+ \(\d{4}-\d{2}-\d{2}\)$/);
    expect(dated[0]).toContain(`## ${version} (`);
  });
});
