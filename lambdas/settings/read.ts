import { contradictions } from './contradictions.ts';
import { readSettingsFile } from './file.ts';
import { fromEnvironment, valueAt, withValue, type Environment } from './environment.ts';
import { leaves } from './leaves.ts';
import {
  problemsOf,
  SettingsError,
  settingsFile,
  unknownVariable,
  type Problem,
} from './problems.ts';
import { settingsSchema, type Settings, type SettingsInput } from './schema.ts';
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

/**
 * The settings of a deployment or a run: the JSON file (`file`, else `SETTINGS_FILE`, else
 * `settings.json` in the current folder, which may be absent), overridden by each setting's
 * environment variable. Throws one SettingsError that lists every problem.
 */
export const readSettings = ({
  file,
  env,
}: {
  readonly file?: string | undefined;
  readonly env: Environment;
}): Settings => {
  const named = file ?? env.SETTINGS_FILE;
  const content = readSettingsFile(named ?? 'settings.json', named !== undefined);
  const given = fromEnvironment(leaves(), env);
  let tree: unknown = content ?? {};
  for (const [leaf, value] of given.values) tree = withValue(tree, leaf.keys, value);

  const problems: Problem[] = [...given.problems, ...strangers(env)];
  const isBare = content === undefined && given.values.size === 0;
  const parsed = settingsSchema().safeParse(tree);
  if (!parsed.success) {
    const seen = new Set(given.problems.map((one) => one.setting));
    const overridden = new Set([...given.values.keys()].map((leaf) => leaf.path));
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
  if (isBare && problems.length > 0) problems.push(noFile);
  if (problems.length > 0 || !parsed.success) throw new SettingsError(problems);
  return parsed.data;
};

/**
 * Settings that a program hands over, checked as a file's are, without a look at the environment.
 * @throws SettingsError that lists every problem
 */
export const parseSettings = (input: SettingsInput): Settings => {
  const source = 'the settings';
  const parsed = settingsSchema().safeParse(input);
  const sourceOf = (path: string): string | undefined =>
    valueAt(input, path.split('.')) === undefined ? undefined : source;
  const problems = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.flatMap((issue) => problemsOf(issue, [], sourceOf, source));
  if (problems.length > 0 || !parsed.success) throw new SettingsError(problems);
  return parsed.data;
};
