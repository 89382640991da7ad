import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { settingsList } from '../../lambdas/settings.ts';

const root = join(import.meta.dirname, '../..');

/** What a file takes out of objects: `settings.holdDays`, `{ holdDays } = …`, and `visits[…]` as `visits[]`. */
const namesReadIn = (file: string): ReadonlySet<string> => {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) names.add(node.name.text);
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent))
      names.add((node.propertyName ?? node.name).getText(source));
    if (ts.isElementAccessExpression(node))
      names.add(`${/\w*$/.exec(node.expression.getText(source))?.[0] ?? ''}[]`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
};

/** By their paths, what the files read that do something with settings; `lambdas/settings/` only carries them. */
const readers: readonly (readonly [path: string, names: ReadonlySet<string>])[] = [
  'lambdas',
  'lib',
  'operations',
]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((file) => /\.ts$/.test(file) && !file.startsWith('lambdas/settings/'))
  .map((file) => [file, namesReadIn(join(root, file))]);

/** Parts of the mapping: `mappingOf` reads them, those of version 0.1 included. */
const ofMapping = new Set(['fieldMap', 'fieldPolicies', 'unknownFields', 'activities', 'events']);

/** In one file with its group, as one of its group by a name, or in the folder of its group. */
const isRead = (keys: readonly string[]): boolean => {
  const [group = '', name = group] = keys;
  return readers.some(
    ([file, names]) =>
      keys.every((key) => names.has(key)) ||
      (keys.length > 1 && names.has(`${group}[]`)) ||
      (file.startsWith(`lambdas/${group}/`) && names.has(name)),
  );
};

describe('every setting', () => {
  const settings = settingsList().filter(({ path }) => !ofMapping.has(path));

  it.each(settings.map(({ path, keys }) => [path, keys] as const))('%s is read', (_path, keys) => {
    expect(isRead(keys)).toBe(true);
  });
});
