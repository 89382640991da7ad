import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isObject } from './environment.ts';
import { leaves } from './leaves.ts';
import { SettingsError } from './problems.ts';

const unreadable = (file: string, because: string, remedy: string): SettingsError =>
  new SettingsError([{ wrong: `The settings file ${file} ${because}.`, remedy }]);

/** The file's JSON; undefined when there is none and none was asked for by name. */
const readJson = (file: string, named: boolean): unknown => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (absent && !named) return undefined;
    throw unreadable(
      file,
      absent ? 'does not exist' : 'cannot be read',
      'Copy settings.example.json to settings.json, or let SETTINGS_FILE name your file.',
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = error instanceof Error ? /line \d+ column \d+/.exec(error.message)?.[0] : undefined;
    throw unreadable(
      file,
      `is not JSON${at === undefined ? '' : ` (${at})`}`,
      'Look for a missing quote or comma; comments are not allowed.',
    );
  }
};

const isSetting = (path: string): boolean => leaves().some((leaf) => leaf.path === path);

/** Groups are merged; a setting replaces the one below it as a whole, maps and lists too. */
const over = (below: unknown, above: unknown, path = ''): unknown => {
  if (above === undefined) return below;
  if (!isObject(below) || !isObject(above) || isSetting(path)) return above;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, over(below[key], above[key], path ? `${path}.${key}` : key)]),
  );
};

/**
 * The content of a settings file on top of those that it `extends`, whose paths start at its own
 * folder. Undefined when there is no file and none was asked for by name.
 * @throws SettingsError where a file cannot be read, is not JSON, or extends itself
 */
export const readSettingsFile = (
  file: string,
  named: boolean,
  above: readonly string[] = [],
): unknown => {
  const chain = [...above, resolve(file)];
  if (above.includes(resolve(file)))
    throw unreadable(file, 'extends itself', 'Remove one "extends" of the files in this circle.');
  const content = readJson(file, named);
  if (!isObject(content) || !('extends' in content)) return content;
  const { extends: base, ...own } = content;
  if (typeof base !== 'string' || base === '')
    throw unreadable(
      file,
      'has an "extends" that is no path',
      'Write the path of one settings file, like "base.json"; it starts at the folder of this file.',
    );
  return over(readSettingsFile(resolve(dirname(file), base), true, chain), own);
};
