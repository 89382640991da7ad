import * as z from 'zod/mini';
import { looseKey } from '../../../segment/looseKey.ts';
import { isPossibleName, standardFieldFor } from '../../fieldsNames.ts';
import { describe, forChecking } from '../described.ts';
import { pathPartsOf } from '../paths.ts';
import { compileSource, labelOf, sourceSchema } from '../sources.ts';
import type { Source } from '../sources.ts';
import type { RuleProblem, Target } from '../target.ts';

// A type: the package’s declarations cannot name an interface that is not exported.
type FieldsRule = {
  readonly values: Readonly<Record<string, Source>>;
};

/** The trait that a source sends as it is: hashed or joined it goes by its own name as well. */
const taken = (source: Source): readonly string[] => {
  const path = typeof source === 'string' ? source : source.hash ? undefined : source.path;
  const paths = path === undefined ? [] : typeof path === 'string' ? [path] : path;
  return paths.flatMap((one) => {
    const [root, rest] = pathPartsOf(one);
    const isEmail = rest !== undefined && looseKey(rest) === 'email';
    return root === 'traits' && rest !== undefined && !isEmail ? [looseKey(rest)] : [];
  });
};

const problemOf = (field: string): RuleProblem | undefined => {
  const at = ['values', field];
  const standard = standardFieldFor(field);
  if (standard?.readOnly === true)
    return {
      at,
      wrong: `Marketo sets ${standard.rest} itself, so nothing can be written to it.`,
      remedy: 'Name another field.',
    };
  if (standard?.type === 'email' && standard.rest === 'email')
    return {
      at,
      wrong: 'The field email is the key by which Marketo finds the lead, and no rule may fill it.',
      remedy:
        'Send the e-mail as the trait email or as context.traits.email, or name another field.',
    };
  return undefined;
};

/** Values for lead fields, whatever the call. */
export const fields: Target<FieldsRule> = {
  description: 'Values for lead fields.',
  shape: forChecking(() => ({
    values: describe(
      z
        .record(z.string().check(z.refine(isPossibleName)), sourceSchema)
        .check(z.refine((values) => Object.keys(values).length > 0)),
      {
        description: 'Marketo fields by their API names, each with where its value comes from.',
        values: 'an object of Marketo field names, each with where its value comes from',
      },
    ),
  })),
  isRestOnly: false,
  replacesVisit: false,
  slots: ({ values }) =>
    Object.keys(values).map((field) => ({
      slot: `field ${looseKey(field)}`,
      at: ['values', field],
      what: `the field ${field}`,
    })),
  values: ({ values }) =>
    Object.entries(values).map(([field, source]) => ({ at: ['values', field], source })),
  problems: ({ values }) => Object.keys(values).flatMap((field) => problemOf(field) ?? []),
  compile: ({ values }) => {
    const all = Object.entries(values).map(([field, source]) => ({
      field,
      trait: labelOf(source),
      read: compileSource(source),
      takes: taken(source),
    }));
    const takes = all.flatMap((one) => one.takes);
    return (view) => ({
      takes,
      effects: all.flatMap(({ field, trait, read }) => {
        const value = read(view);
        return value === undefined
          ? []
          : [{ kind: 'field' as const, does: { trait, field, value } }];
      }),
    });
  },
};
