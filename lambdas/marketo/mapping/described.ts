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
