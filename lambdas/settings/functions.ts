import * as z from 'zod/mini';
import { fromEnvironment, toEnvironment } from './environment.ts';
import { valueAt, withValue, type Environment } from './tree.ts';
import { functionSettings, type FunctionName, type SettingsOf } from './functionSettings.ts';
import { leavesOf, type Leaf } from './leaves.ts';
import { problemsOf, SettingsError, type Problem } from './problems.ts';
import type { Settings } from './settingsSchema.ts';

const settingsFor = (fn: FunctionName): readonly Leaf[] => {
  const paths: readonly string[] = functionSettings[fn];
  const parts = paths.map((path) => path.split('.')[0] ?? path);
  return leavesOf(parts).filter((leaf) => paths.includes(leaf.path));
};

/** Lambda allows 4 KB for all of a function's variables; the rest is for names and addresses. */
const maxEnvironmentBytes = 3_000;

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Throws a SettingsError where the settings are too long to travel to the function. */
const checkSize = (environment: Record<string, string>): Record<string, string> => {
  const sizes = Object.entries(environment).map(([variable, text]) => ({
    variable,
    bytes: bytesOf(variable) + bytesOf(text),
  }));
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (all <= maxEnvironmentBytes) return environment;
  const largest = sizes.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  throw new SettingsError([
    {
      variable: largest.variable,
      wrong: `${largest.variable} is too long: a function's settings may have ${maxEnvironmentBytes} bytes together, and these have ${all}.`,
      remedy: 'Shorten it: leave out what the default rules do anyway.',
    },
  ]);
};

/** The environment variables that hand a function its settings; absent settings have none. */
export const environmentOf = (settings: Settings, fn: FunctionName): Record<string, string> =>
  checkSize(
    Object.fromEntries(
      settingsFor(fn).flatMap((leaf) => {
        const value = valueAt(settings, leaf.keys);
        return value === undefined ? [] : [[leaf.variable, toEnvironment(value)]];
      }),
    ),
  );

/**
 * A function's settings from its environment, checked by the schema, for whoever reads the environment of a
 * deployed function. Throws a SettingsError that names each variable that is missing or wrong.
 */
export const lambdaSettings = <F extends FunctionName>(fn: F, env: Environment): SettingsOf<F> => {
  const wanted = settingsFor(fn);
  const given = fromEnvironment(wanted, env);
  const problems: Problem[] = [...given.problems];
  const unread = new Set(given.problems.map((one) => one.setting));
  let tree: unknown = {};
  for (const leaf of wanted.filter(({ path }) => !unread.has(path))) {
    // A group is there also where none of its settings is.
    const group = leaf.keys.slice(0, -1);
    if (valueAt(tree, group) === undefined) tree = withValue(tree, group, {});
    const parsed = z.safeParse(leaf.schema, given.values.get(leaf));
    if (!parsed.success) {
      const source = given.values.has(leaf) ? 'the environment' : undefined;
      problems.push(
        ...parsed.error.issues.flatMap((one) => problemsOf(one, leaf.keys, () => source)),
      );
    } else if (parsed.data !== undefined) {
      tree = withValue(tree, leaf.keys, parsed.data);
    }
  }
  if (problems.length > 0) throw new SettingsError(problems);
  // The tree was built from exactly the paths that the type is computed from.
  return tree as SettingsOf<F>;
};
