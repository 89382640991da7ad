import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

const folders = [
  'lambdas',
  'lib',
  'local',
  'operations',
  'scripts',
  'simulator',
  'test/simulation',
];

const modulesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));

/** Words that only this project would understand, with the term that a reader knows. */
const houseWords: ReadonlyMap<string, string> = new Map([
  ['bell', 'signal'],
  ['burden', 'size'],
  ['buried', 'dead letter'],
  ['bury', 'put a dead letter'],
  ['carriable', 'strip invalid characters'],
  ['complaint', 'API error'],
  ['extras', 'secondary'],
  ['fate', 'outcome'],
  ['fates', 'outcomes'],
  ['misfit', 'type mismatch'],
  ['parcel', 'queue entry'],
  ['revive', 'redrive'],
  ['ruling', 'error rule'],
  ['sleepers', 'timers'],
]);

const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[ _]/);

const namesIn = (file: string): ReadonlySet<string> => {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
  );
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
};

describe('names in code', () => {
  it.each(folders)('are the terms of the field in %s/', (folder) => {
    const found = modulesIn(folder).flatMap((file) =>
      [...namesIn(file)].flatMap((name) =>
        wordsOf(name).flatMap((word) => {
          const instead = houseWords.get(word);
          return instead === undefined ? [] : [`${file}: ${name}: ${instead}`];
        }),
      ),
    );
    expect(found).toEqual([]);
  });

  it('of files in lambdas/ say what they hold without their folder', () => {
    const repeated = [...Map.groupBy(modulesIn('lambdas'), (file) => basename(file)).values()];
    expect(repeated.filter((files) => files.length > 1)).toEqual([]);
  });
});
