import type * as z from 'zod/mini';
import { said } from '../marketo/mapping/described.ts';
import { mappingSchema } from '../marketo/mapping/mappingSchema.ts';
import { isObject } from './tree.ts';
import { nearest } from './nearest.ts';

type Known = z.core.$ZodTypes;
type Issue = z.core.$ZodIssue;

/** What is wrong at a place, before anybody knows in which line that is. */
export interface PlacedProblem {
  readonly at: readonly PropertyKey[];
  readonly wrong: string;
  readonly remedy: string;
}

const isOpen = ({ type }: Known['_zod']['def']): boolean =>
  type === 'optional' || type === 'default' || type === 'prefault';

/** The schemas that a value at this place may have, from the outside in. */
const schemasAt = (
  schema: z.core.$ZodType,
  value: unknown,
  place: readonly PropertyKey[],
): readonly z.core.$ZodType[] => {
  const known = schema as Known;
  const { def } = known._zod;
  if (isOpen(def) && 'innerType' in def) return [schema, ...schemasAt(def.innerType, value, place)];
  if (def.type === 'union') {
    const fitting = optionFor(
      def.options,
      value,
      'discriminator' in def ? String(def.discriminator) : undefined,
    );
    return fitting === undefined ? [schema] : [schema, ...schemasAt(fitting, value, place)];
  }
  const [key, ...rest] = place;
  if (key === undefined) return [schema];
  const inner = isObject(value) || Array.isArray(value) ? (value as never)[key] : undefined;
  if (def.type === 'object') {
    const part = def.shape[String(key)];
    return part === undefined ? [schema] : [schema, ...schemasAt(part, inner, rest)];
  }
  if (def.type === 'record') return [schema, ...schemasAt(def.valueType, inner, rest)];
  if (def.type === 'array') return [schema, ...schemasAt(def.element, inner, rest)];
  return [schema];
};

/** The option of a union that a value was probably meant for. */
const optionFor = (
  options: readonly z.core.$ZodType[],
  value: unknown,
  discriminator?: string,
): z.core.$ZodType | undefined => {
  const kindOf = (option: z.core.$ZodType): string => (option as Known)._zod.def.type;
  if (discriminator !== undefined)
    return options.find((option) => {
      const { def } = (option as Known)._zod;
      const to = def.type === 'object' ? (def.shape[discriminator] as Known)._zod.def : undefined;
      const given = isObject(value) ? value[discriminator] : undefined;
      return to?.type === 'literal' && to.values.includes(given as never);
    });
  if (Array.isArray(value)) return options.find((option) => kindOf(option) === 'array');
  if (isObject(value)) return options.find((option) => kindOf(option) === 'object');
  return undefined;
};

/** `rules.2.values.Plan_Tier`, for people: `rules[3].values.Plan_Tier`, as they count. */
export const placeText = (place: readonly PropertyKey[]): string =>
  place
    .map((key, index) =>
      typeof key === 'number' ? `[${key + 1}]` : `${index === 0 ? '' : '.'}${String(key)}`,
    )
    .join('') || 'the mapping';

const valuesOf = (schemas: readonly z.core.$ZodType[]): string | undefined =>
  schemas.toReversed().flatMap((schema) => said.get(schema)?.values ?? [])[0];

const unknownKey = (
  place: readonly PropertyKey[],
  key: string,
  schemas: readonly z.core.$ZodType[],
): PlacedProblem => {
  const objects = schemas
    .map((schema) => (schema as Known)._zod.def)
    .filter((def) => def.type === 'object');
  const keys = Object.keys(objects.at(-1)?.shape ?? {});
  const near = nearest(key, keys);
  const at = [...place, key];
  return {
    at,
    wrong: `${placeText(at)} is not known.`,
    remedy: near === undefined ? `Here may stand ${keys.join(', ')}.` : `Did you mean ${near}?`,
  };
};

const problemsIn = (issue: Issue, tree: unknown): readonly PlacedProblem[] => {
  const schemas = schemasAt(mappingSchema, tree, issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(issue.path, key, schemas));
  if (issue.code === 'invalid_union') {
    const value = issue.path.reduce<unknown>(
      (at, key) => (isObject(at) || Array.isArray(at) ? (at as never)[key] : undefined),
      tree,
    );
    // What was wrong within the one that was probably meant says more than that none fits.
    const inner = issue.errors.filter(
      (errors) => !errors.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
    );
    if (inner.length === 1 && (isObject(value) || Array.isArray(value)))
      return (inner[0] ?? []).flatMap((one) =>
        problemsIn({ ...one, path: [...issue.path, ...one.path] }, tree),
      );
  }
  const at = issue.path;
  const parent = schemasAt(mappingSchema, tree, at.slice(0, -1));
  const values = valuesOf(issue.code === 'invalid_key' ? parent : schemas);
  const isMissing = at.length > 0 && valueIn(tree, at) === undefined;
  return [
    {
      at,
      wrong: isMissing
        ? `${placeText(at)} is missing.`
        : issue.code === 'invalid_key'
          ? `${placeText(at)} has a name that cannot stand there.`
          : `${placeText(at)} has a wrong value.`,
      remedy: values === undefined ? 'Look it up in docs/mapping.md.' : `It must be ${values}.`,
    },
  ];
};

const valueIn = (tree: unknown, place: readonly PropertyKey[]): unknown =>
  place.reduce<unknown>(
    (at, key) => (isObject(at) || Array.isArray(at) ? (at as never)[key] : undefined),
    tree,
  );

/** What a schema's errors mean for whoever wrote the mapping; no values of it are repeated. */
export const mappingIssues = (issues: readonly Issue[], tree: unknown): readonly PlacedProblem[] =>
  issues.flatMap((issue) => problemsIn(issue, tree));
