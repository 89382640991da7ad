/** The variables that a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

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
