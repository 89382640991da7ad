import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { shapes, type Shape } from './shapes.ts';

/** Rows of the page's table, with single blanks: the formatter aligns columns. */
const rows = readFileSync('docs/sources.md', 'utf8')
  .split('\n')
  .map((line) => line.replaceAll(/\s+/g, ' '));

const { devDependencies: versions } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

const rowOf = ({ sdk, path, auth, headers, gzip, chunked, seen }: Shape): string => {
  const encoding = [
    headers['Content-Type'] ?? 'no Content-Type',
    ...(gzip ? ['gzip'] : []),
    ...(chunked ? ['chunked'] : []),
  ];
  return `| ${sdk} | \`${path}\` | ${auth} | ${encoding.join(', ')} | ${seen}, request shape |`;
};

it.each(shapes.map((shape) => [shape.sdk, shape] as const))(
  'the page of sources has a row for %s that says what was tested',
  (_sdk, shape) => {
    expect(rows).toContain(rowOf(shape));
  },
);

it.each(['@segment/analytics-node', 'analytics-node', '@segment/analytics-next'])(
  'the page of sources names the version of %s that the tests run',
  (name) => {
    const ofSdk = rows.filter((row) => row.startsWith(`| ${name} `) && row.includes('the package'));
    expect(ofSdk.length).toBeGreaterThan(0);
    for (const row of ofSdk) expect(row).toContain(`| ${versions[name] ?? ''}, the package`);
  },
);
