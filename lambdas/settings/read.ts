import { resolve } from 'node:path';
import type { MappingPlace } from './mappingSettings.ts';
import { mappingContradictions, parseMapping } from './mappingSettings.ts';
import { contradictions } from './contradictions.ts';
import { mappingBeside, readMappingFile, readSettingsFile, whereIs } from './file.ts';
import { fromEnvironment } from './environment.ts';
import { isObject, valueAt, withValue, type Environment } from './tree.ts';
import { leaves } from './leaves.ts';
import {
  problemsOf,
  SettingsError,
  settingsFile,
  unknownVariable,
  type Problem,
} from './problems.ts';
import { settingsSchema, type Settings, type SettingsInput } from './settingsSchema.ts';
import { secretVariables } from './secretVariables.ts';

/** Said beside what is missing, to someone who has no settings at all. */
const noFile: Problem = {
  wrong: 'There is no settings.json in this folder.',
  remedy: 'Copy settings.example.json to settings.json and edit it.',
};

const prefixes = (): readonly string[] => [
  ...new Set(
    leaves()
      .filter((leaf) => leaf.keys.length > 1)
      .map((leaf) => `${leaf.variable.split('_')[0] ?? ''}_`),
  ),
];

/** Variables that look like ours and are not: typos, which would otherwise do nothing. */
const strangers = (env: Environment): readonly Problem[] => {
  const known = new Set([
    ...leaves().map((leaf) => leaf.variable),
    ...Object.keys(secretVariables),
  ]);
  const own = prefixes();
  return Object.keys(env)
    .filter((name) => !known.has(name) && own.some((prefix) => name.startsWith(prefix)))
    .map(unknownVariable);
};

/** What the settings say of the mapping, as an object; a path is read. */
interface ReadMapping {
  readonly tree: unknown;
  readonly place: MappingPlace;
  readonly problems: readonly Problem[];
}

const withMapping = (tree: unknown, beside: string | undefined): ReadMapping => {
  const given = valueAt(tree, ['mapping']);
  if (isObject(given)) {
    const { mapping, problems } = parseMapping(given, {});
    return { tree: withValue(tree, ['mapping'], mapping ?? {}), place: {}, problems };
  }
  const file = typeof given === 'string' && given !== '' ? resolve(given) : beside;
  const read = file === undefined ? undefined : readMappingFile(file, given !== undefined);
  if (read === undefined) return { tree, place: {}, problems: [] };
  const { mapping, problems } = parseMapping(read.content, read);
  return { tree: withValue(tree, ['mapping'], mapping ?? {}), place: read, problems };
};

interface Asked {
  readonly file?: string | undefined;
  readonly env: Environment;
}

/** The files that settings are read from, whether or not they are there: for those who wait for changes. */
export const settingsFiles = ({ file, env }: Asked): readonly string[] => {
  const named = file ?? env.SETTINGS_FILE ?? 'settings.json';
  const content = readSettingsFile(named, false);
  const mapping = env.MAPPING ?? valueAt(content, ['mapping']);
  const path = typeof mapping === 'string' && mapping !== '' ? mapping : mappingBeside(named);
  return [resolve(named), resolve(path)];
};

/**
 * The settings of a deployment or a run: the JSON file (`file`, else `SETTINGS_FILE`, else
 * `settings.json` in the current folder, which may be absent), overridden by each setting's
 * environment variable, with the mapping file that they name. Throws one SettingsError that lists every
 * problem.
 */
export const readSettings = ({ file, env }: Asked): Settings => {
  const named = file ?? env.SETTINGS_FILE;
  const from = named ?? 'settings.json';
  const content = readSettingsFile(from, named !== undefined);
  const given = fromEnvironment(leaves(), env);
  let written: unknown = content ?? {};
  for (const [leaf, value] of given.values) written = withValue(written, leaf.keys, value);
  const { tree, place, problems: unmapped } = withMapping(written, mappingBeside(from));

  const problems: Problem[] = [...given.problems, ...strangers(env)];
  const isBare = content === undefined && given.values.size === 0;
  const overridden = new Set([...given.values.keys()].map((leaf) => leaf.path));
  const parsed = settingsSchema().safeParse(tree);
  if (!parsed.success) {
    const seen = new Set(given.problems.map((one) => one.setting));
    const sourceOf = (path: string): string | undefined => {
      if (overridden.has(path)) return 'the environment';
      return valueAt(content, path.split('.')) === undefined ? undefined : settingsFile;
    };
    for (const issue of parsed.error.issues) {
      problems.push(
        ...problemsOf(issue, [], sourceOf).filter(
          ({ setting }) => setting === undefined || !seen.has(setting),
        ),
      );
    }
  }
  if (parsed.success) problems.push(...contradictions(parsed.data));
  if (parsed.success && unmapped.length === 0)
    problems.push(...mappingContradictions(parsed.data, place));
  if (isBare && problems.length > 0) problems.push(noFile);
  const all = [
    ...problems.map((one) => {
      const { where, setting } = one;
      if (where !== undefined || setting === undefined || overridden.has(setting)) return one;
      const line = whereIs(from, setting.split('.'));
      return line === undefined ? one : { ...one, where: line };
    }),
    ...unmapped,
  ];
  if (all.length > 0 || !parsed.success) throw new SettingsError(all);
  return parsed.data;
};

/**
 * Settings that a program hands over, checked as a file's are, without a look at the environment. The path
 * of a mapping starts at the current folder.
 * @throws SettingsError that lists every problem
 */
export const parseSettings = (input: SettingsInput): Settings => {
  const source = 'the settings';
  const { tree, place, problems: unmapped } = withMapping(input, undefined);
  const parsed = settingsSchema().safeParse(tree);
  const sourceOf = (path: string): string | undefined =>
    valueAt(input, path.split('.')) === undefined ? undefined : source;
  const problems = parsed.success
    ? [
        ...contradictions(parsed.data),
        ...(unmapped.length === 0 ? mappingContradictions(parsed.data, place) : []),
      ]
    : parsed.error.issues.flatMap((issue) => problemsOf(issue, [], sourceOf, source));
  const all = [...problems, ...unmapped];
  if (all.length > 0 || !parsed.success) throw new SettingsError(all);
  return parsed.data;
};
