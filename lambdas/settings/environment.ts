import type { Leaf } from './leaves.ts';
import { empty, notJson, type Problem } from './problems.ts';
import type { Environment } from './tree.ts';

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
