import type { Leaf } from './leaves.ts';
import { empty, notJson, type Problem } from './problems.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The values that these settings have in the environment, by path, and what could not be read. */
export const fromEnvironment = (
  wanted: readonly Leaf[],
  env: Environment,
): { readonly values: ReadonlyMap<Leaf, unknown>; readonly problems: readonly Problem[] } => {
  const values = new Map<Leaf, unknown>();
  const problems: Problem[] = [];
  for (const leaf of wanted) {
    const text = env[leaf.variable];
    if (text === undefined) continue;
    if (text.trim() === '') {
      problems.push(empty(leaf));
    } else if (leaf.plain) {
      values.set(leaf, text);
    } else {
      try {
        values.set(leaf, JSON.parse(text));
      } catch {
        problems.push(notJson(leaf));
      }
    }
  }
  return { values, problems };
};

/** A value as the text of its variable. */
export const toEnvironment = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at this place of nested objects, or undefined. */
export const valueAt = (tree: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), tree);

/** A copy of the tree with the value at this place; what is in the way and no object stays. */
export const withValue = (tree: unknown, keys: readonly string[], value: unknown): unknown => {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (tree !== undefined && !isObject(tree)) return tree;
  return { ...tree, [key]: withValue(tree?.[key], rest, value) };
};
