import type * as z from 'zod/mini';
import { facts, partsOf, type Settings } from './settingsSchema.ts';
import { variableOf } from './variableName.ts';

/** One setting of the schema, whichever group it stands in. */
export interface Leaf {
  /** `marketo.munchkinId` */
  readonly path: string;
  readonly keys: readonly string[];
  /** `MARKETO_MUNCHKIN_ID` */
  readonly variable: string;
  readonly schema: z.core.$ZodType;
  /** Its variable's text is the value itself; otherwise it is JSON. */
  readonly plain: boolean;
  readonly required: boolean;
  /** Absent when there is none. */
  readonly default?: unknown;
  readonly description: string;
  readonly values: string;
  readonly advice?: string;
  readonly parts?: Readonly<Record<string, string>>;
}

type Known = z.core.$ZodTypes;

const unwrap = (schema: z.core.$ZodType): Known => {
  const known = schema as Known;
  const { def } = known._zod;
  return def.type === 'default' || def.type === 'prefault' || def.type === 'optional'
    ? unwrap(def.innerType)
    : known;
};

const leafOf = (keys: readonly string[], schema: z.core.$ZodType): Leaf => {
  const base = unwrap(schema);
  const path = keys.join('.');
  const of = facts.get(base);
  if (of === undefined) throw new Error(`The setting ${path} has no description in the schema.`);
  const { def } = (schema as Known)._zod;
  return {
    path,
    keys,
    variable: variableOf(path),
    schema,
    required: def.type !== 'default' && def.type !== 'optional',
    ...(def.type === 'default' ? { default: def.defaultValue } : {}),
    ...of,
    plain: of.plain ?? (base._zod.def.type === 'string' || base._zod.def.type === 'enum'),
  };
};

const walk = (shape: z.core.$ZodShape, above: readonly string[]): Leaf[] =>
  Object.entries(shape).flatMap(([key, schema]) => {
    const { def } = unwrap(schema)._zod;
    const keys = [...above, key];
    return def.type === 'object' ? walk(def.shape, keys) : [leafOf(keys, schema)];
  });

/** The settings of some parts of the schema, in its order. */
export const leavesOf = (parts: readonly string[]): readonly Leaf[] => walk(partsOf(parts), []);

let all: readonly Leaf[] | undefined;

/** All settings, in the schema's order. */
export const leaves = (): readonly Leaf[] => (all ??= walk(partsOf(), []));

type PathsOf<T> = {
  [K in keyof T & string]-?: NonNullable<T[K]> extends readonly unknown[]
    ? K
    : string extends keyof NonNullable<T[K]>
      ? K
      : NonNullable<T[K]> extends object
        ? `${K}.${PathsOf<NonNullable<T[K]>>}`
        : K;
}[keyof T & string];

/** `'marketo.api' | 'fieldNames' | …` */
export type SettingPath = PathsOf<Settings>;
