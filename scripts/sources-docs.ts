import { readFileSync, writeFileSync } from 'node:fs';
import { clientVersions } from '../test/support/packages.ts';
import { clientRows, type ClientRow } from '../test/sdks/clientRows.ts';
import { segmentRows } from '../test/sdks/segmentRows.ts';
import { shapes, type Shape } from '../test/sdks/shapes.ts';

const [start, end] = ['<!-- clients -->', '<!-- /clients -->'];

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${text}\``;

const head = ['Client', 'Version', 'Path', 'Write key in', 'Body', 'What to set', 'In trouble'];

const troubleOf = ({ trouble, advice }: ClientRow): string => {
  const [at503, at429] = [trouble[503], trouble[429]];
  const outcomes = at503 === at429 ? `429, 503: ${at503}` : `503: ${at503}; 429: ${at429}`;
  return `${outcomes}. ${advice}`;
};

const encodingOf = ({ headers, gzip, chunked }: Shape): string =>
  [
    headers['Content-Type'] ?? 'no Content-Type',
    ...(gzip ? ['gzip'] : []),
    ...(chunked ? ['chunked'] : []),
  ].join(', ');

const rows: readonly (readonly string[])[] = [
  ...segmentRows.map(({ client, npm, version, path, auth, encoding, set, trouble }) => [
    `${client} (${npm})`,
    `${version}, run`,
    code(path),
    auth,
    encoding,
    code(set),
    trouble,
  ]),
  ...clientRows.map((row) => [
    `${row.client} (${row.npm})`,
    `${clientVersions[row.npm] ?? ''}, run`,
    row.paths.map(code).join(', '),
    row.auth,
    row.encoding,
    code(row.set),
    troubleOf(row),
  ]),
  ...shapes.map((shape) => [
    shape.sdk,
    `${shape.seen}, request shape`,
    code(shape.path),
    shape.auth,
    encodingOf(shape),
    code(shape.set),
    'not run',
  ]),
];

/** `docs/sources.md` with the table of clients as the tests have it. Throws where the marks are missing. */
export const withClients = (page: string): string => {
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/sources.md needs ${start} and ${end}`);
  const table = [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map(cell).join(' | ')} |`)
    .join('\n');
  return `${page.slice(0, from + start.length)}\n\n${table}\n\n${page.slice(to)}`;
};

export const sourcesPath = new URL('../docs/sources.md', import.meta.url);

if (import.meta.main) writeFileSync(sourcesPath, withClients(readFileSync(sourcesPath, 'utf8')));
