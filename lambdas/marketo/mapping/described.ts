import * as z from 'zod/mini';

/** What people are told of a place in the mapping: by their editor, and when its value is wrong. */
interface Said {
  readonly description: string;
  /** Finishes the sentence "it must be …". */
  readonly values: string;
}

/** Everything that is said of the mapping's schema. */
export const said = z.registry<Said>();

/** A schema with what is said of it. */
export const describe = <S extends z.ZodMiniType>(schema: S, of: Said): S => {
  said.add(schema, of);
  return schema;
};

/** What no function has: only `forChecking` makes it. No value bears the mark. */
export type ForChecking<T> = T & { readonly isForChecking: true };

/**
 * Makes a schema. Mappings are checked before they are deployed, never by a function: the functions' bundles
 * make none (`scripts/bundlePlugins.ts`).
 */
export const forChecking = <T>(make: () => T): ForChecking<T> => make() as ForChecking<T>;

type Unmarked<M> = M extends unknown ? Omit<M, 'isForChecking'> : never;

/** What was made, without the mark, for a schema that is made of it. */
export const unmarked = <M extends ForChecking<object>>(made: M): Unmarked<M> =>
  made as unknown as Unmarked<M>;
