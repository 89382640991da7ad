import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isObject, valueAt } from './tree.ts';
import { jsonLines } from './jsonLines.ts';
import { leaves } from './leaves.ts';
import { SettingsError } from './problems.ts';

/** What a file is for, for people, and what to do where there is none. */
interface Kind {
  readonly what: string;
  readonly ifAbsent: string;
}

const settingsKind: Kind = {
  what: 'settings file',
  ifAbsent: 'Copy settings.example.json to settings.json, or let SETTINGS_FILE name your file.',
};

const mappingKind: Kind = {
  what: 'mapping file',
  ifAbsent:
    'Correct the setting mapping (MAPPING), whose path starts at the folder of the settings file, or remove it.',
};

const unreadable = (
  file: string,
  because: string,
  remedy: string,
  { what }: Kind = settingsKind,
): SettingsError => new SettingsError([{ wrong: `The ${what} ${file} ${because}.`, remedy }]);

/** The file's JSON; undefined when there is none and none was asked for by name. */
const readJson = (
  file: string,
  named: boolean,
  kind: Kind = settingsKind,
): { readonly text: string; readonly content: unknown } | undefined => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (absent && !named) return undefined;
    throw unreadable(file, absent ? 'does not exist' : 'cannot be read', kind.ifAbsent, kind);
  }
  try {
    return { text, content: JSON.parse(text) as unknown };
  } catch (error) {
    const at = error instanceof Error ? /line \d+ column \d+/.exec(error.message)?.[0] : undefined;
    throw unreadable(
      file,
      `is not JSON${at === undefined ? '' : ` (${at})`}`,
      'Look for a missing quote or comma; comments are not allowed.',
      kind,
    );
  }
};

/** A file as messages name it: from the current folder, where it is below. */
const nameOf = (file: string): string => {
  const path = relative('', file);
  return path.startsWith('..') ? file : path;
};

/**
 * The text and JSON of a mapping file, and its name for messages. Undefined when there is none and none
 * was asked for by name.
 * @throws SettingsError where it cannot be read or is not JSON
 */
export const readMappingFile = (
  file: string,
  named: boolean,
): { readonly file: string; readonly text: string; readonly content: unknown } | undefined => {
  const read = readJson(file, named, mappingKind);
  return read && { ...read, file: nameOf(file) };
};

/** The mapping file beside a settings file that names none. */
export const mappingBeside = (settingsFile: string): string =>
  join(dirname(settingsFile), 'mapping.json');

/** Where a setting stands, like `settings.json:7`; undefined where no file of the chain has it. */
export const whereIs = (file: string, keys: readonly string[]): string | undefined => {
  const read = readJson(file, false);
  if (read === undefined || !isObject(read.content)) return undefined;
  const { text, content } = read;
  const line = valueAt(content, keys) === undefined ? undefined : jsonLines(text).lineOf(keys);
  if (line !== undefined) return `${nameOf(file)}:${line}`;
  const { extends: base } = content;
  return typeof base === 'string' ? whereIs(resolve(dirname(file), base), keys) : undefined;
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

/** The path of a mapping starts at the folder of the file that names it. */
const ownPath = (file: string, content: unknown): unknown =>
  isObject(content) && typeof content.mapping === 'string' && content.mapping !== ''
    ? { ...content, mapping: resolve(dirname(file), content.mapping) }
    : content;

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
  const content = ownPath(file, readJson(file, named)?.content);
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
