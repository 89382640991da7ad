import type { Json, JsonObject } from './event.ts';

/** An object, and not an array or null. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object; anything else counts as absent. */
export const asObject = (value: unknown): JsonObject | undefined =>
  isObject(value) ? value : undefined;

/** The entries that are there: neither undefined nor null. */
export const omitNullish = <T extends object>(record: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined && value !== null),
  ) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

/** What a sender is told that a value is: `string`, `array`, `null` … */
export const kindOf = (value: Json | undefined): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

/**
 * Whether arrays and objects stand more than `levels` deep in each other. Walks without recursion,
 * so that no depth can exhaust the stack; everything behind this check may recurse.
 */
export const nestsDeeper = (value: Json | undefined, levels: number): boolean => {
  let row: unknown[] = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    row = row.flatMap((item): unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
    if (row.length === 0) return false;
  }
  return true;
};

/** How many keys a value's objects have together. Walks without recursion. */
export const keysIn = (value: Json | undefined): number => {
  let keys = 0;
  const open: unknown[] = [value];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (typeof item !== 'object' || item === null) continue;
    const values: unknown[] = Object.values(item);
    if (!Array.isArray(item)) keys += values.length;
    // One by one: a long array is more than one call takes as arguments.
    for (const each of values) open.push(each);
  }
  return keys;
};
