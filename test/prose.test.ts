import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { houseWords, houseWordsOfPages } from './support/houseWords.ts';
import { textsIn } from './support/texts.ts';

const root = join(import.meta.dirname, '..');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'local/sqs/README.md',
  'simulator/README.md',
  'findings/README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

const folders = [
  'backend',
  'bin',
  'browser',
  'lambdas',
  'lib',
  'local',
  'operations',
  'scripts',
  'segment',
  'simulator',
];

const modulesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:tsx?|js)$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name));

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
        houseWordsOfPages
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

it.each(folders)('texts and comments of %s/ use the words of the field', (folder) => {
  const found = modulesIn(folder).flatMap((file) =>
    textsIn(join(root, file)).flatMap(({ line, text }) =>
      houseWords
        .filter(([word]) => word.test(text))
        .map(([word, instead]) => `${file}:${line}: ${word.source} → ${instead}`),
    ),
  );
  expect(found).toEqual([]);
});

it('README fits on a page', () => {
  expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(150);
});
