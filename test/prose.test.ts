import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'simulator/README.md',
  'findings/README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Words of this house alone, with what a page says instead. */
const houseWords: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\bdoors?\b/i, 'ingest, a route, a request parser'],
  [/\bfates?\b/i, 'outcome'],
  [/\bslots?\b/i, 'permit'],
  [/\brooms?\b/i, 'folder'],
  [/\b(?:un)?bur(?:y|ied)\b/i, 'dead letter: put, retract'],
  [/\bparcels?\b/i, 'queue entries'],
  [/\bburdens?\b/i, 'size'],
  [/\b(?:comeBack|putOff|callUp|needAt|dueAt)\b/, 'retryAt, nextAt'],
  [/\bnone of ours\b/i, 'say what it is'],
];

/** Where a heading is linked to, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsIn = (page: string): ReadonlySet<string> =>
  new Set([...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)));

/** The links of a page within the repository: a path from the root, and an anchor. */
const linksIn = (page: string) =>
  [...textOf(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
    ([, path = '', anchor]) => ({
      to: path === '' ? page : relative(root, join(root, dirname(page), path)),
      anchor,
    }),
  );

describe.each(pages)('%s', (page) => {
  it('uses the words of the field', () => {
    const found = textOf(page)
      .split('\n')
      .flatMap((line, index) =>
        houseWords
          .filter(([word]) => word.test(line))
          .map(([word, instead]) => `${page}:${index + 1}: ${word.source} → ${instead}`),
      );
    expect(found).toEqual([]);
  });

  it('links to what is there', () => {
    const broken = linksIn(page).filter(
      ({ to, anchor }) =>
        !existsSync(join(root, to)) ||
        (anchor !== undefined && to.endsWith('.md') && !anchorsIn(to).has(anchor)),
    );
    expect(broken).toEqual([]);
  });
});

it('README fits on a page', () => {
  expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(150);
});
