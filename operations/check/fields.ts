import { coerce } from '../../lambdas/marketo/fieldTypes.ts';
import { createFieldResolver } from '../../lambdas/marketo/fieldResolver.ts';
import { userIdField } from '../../lambdas/marketo/fieldsClaims.ts';
import { mapper, targetField } from '../../lambdas/marketo/fieldsNames.ts';
import { labelOfRule } from '../../lambdas/marketo/mapping/compile.ts';
import { namingBy } from '../../lambdas/marketo/fieldsNaming.ts';
import { byCodeUnit } from '../../lambdas/marketo/text.ts';
import type { LeadFields } from '../../lambdas/marketo/marketoPorts.ts';
import { looseKey } from '../../lambdas/segment/looseKey.ts';
import { nearest } from '../../lambdas/settings/nearest.ts';
import type { Check } from '../views.ts';
import { updateNameOf } from '../../lambdas/marketo/rest/names.ts';
import type { CheckedMapping, CheckedSettings } from './parts.ts';
import { ok, warning, wrong } from './parts.ts';

/** Segment's reserved traits are always of one kind; a value of it shows whether a field takes it. */
const samples: ReadonlyMap<string, readonly [kind: string, sample: string | number]> = new Map(
  Object.entries({
    age: ['a number', 42],
    birthday: ['a date', '1980-01-31'],
    'company.employee_count': ['a number', 42],
    createdAt: ['a date with time', '2026-01-31T10:00:00.000Z'],
    email: ['an e-mail', 'a@example.com'],
    ...Object.fromEntries(
      [
        'address.city',
        'address.country',
        'address.state',
        'address.street',
        'avatar',
        'company.name',
        'description',
        'firstName',
        'gender',
        'industry',
        'lastName',
        'title',
        'username',
        'website',
      ].map((trait) => [trait, ['a text', 'text'] as const]),
    ),
  } satisfies Record<string, readonly [string, string | number]>).map(([trait, sample]) => [
    looseKey(trait),
    sample,
  ]),
);

/** What is wrong with one field that the mapping names. `who` fills it, with a value of this trait. */
const entryCheck = (
  { who, trait, field }: { readonly who: string; readonly trait?: string; readonly field: string },
  fields: LeadFields,
): Check | undefined => {
  const name = `field ${field}`;
  const type = fields.get(field);
  if (type === undefined) {
    const like = nearest(field, [...fields.keys()]);
    return wrong(
      name,
      `${who} ${field}, and Marketo has no such field.`,
      like === undefined
        ? 'Make a field with that API name in Marketo (Admin → Field Management), or change the mapping.'
        : `Did you mean ${like}? Change the mapping, or make the field in Marketo (Admin → Field Management).`,
    );
  }
  const [kind, sample] = samples.get(looseKey(trait ?? '')) ?? ['a value', null];
  const taken = coerce(sample, type);
  if (!('because' in taken)) return undefined;
  return type.readOnly
    ? wrong(
        name,
        `${who} ${field}, which Marketo sets by itself.`,
        'Choose another field in the mapping.',
      )
    : wrong(
        name,
        `fieldMap sends ${trait ?? ''}, which is ${kind}, to ${field}, a field of type ${type.type} that takes none.`,
        'Choose a field of another type in the mapping, or change the type in Marketo.',
      );
};

/** Whether the fields that the mapping names are there and take what is meant for them. */
export const mappedFieldChecks = (
  { fieldMap, rules }: Pick<CheckedMapping, 'fieldMap' | 'rules'>,
  fields: LeadFields,
): readonly Check[] => {
  const { find } = createFieldResolver(fields);
  const mapped = mapper(fieldMap, find);
  const ofTraits = Object.keys(fieldMap)
    .sort(byCodeUnit)
    .flatMap((trait) => {
      const field = mapped(trait)?.to;
      return typeof field === 'string' ? [{ who: `fieldMap sends ${trait} to`, trait, field }] : [];
    });
  const ofRules = rules.flatMap((rule, index) =>
    rule.to === 'fields'
      ? Object.keys(rule.values).map((name) => ({
          who: `The mapping (${labelOfRule(rule, index)}) fills`,
          field: targetField(name, find),
        }))
      : [],
  );
  const targets = [...ofTraits, ...ofRules];
  const problems = targets.flatMap((target) => entryCheck(target, fields) ?? []);
  if (problems.length > 0) return problems;
  const count = new Set(targets.map(({ field }) => field)).size;
  const says =
    count === 0
      ? 'The mapping names no field.'
      : `Marketo has ${count === 1 ? 'the field' : `all ${count} fields`} that the mapping names, and can take what is meant for ${count === 1 ? 'it' : 'them'}.`;
  return [ok('mapping', says)];
};

/** Names that are told at most; the log has all of them. */
const maxNames = 10;

/** Mapped traits are all told where there are not too many to read. */
const maxTraits = 50;

const listed = (names: readonly string[], max = maxNames): string =>
  names.length <= max
    ? names.join(', ')
    : `${names.slice(0, max).join(', ')} and ${names.length - max} more`;

/** A name with the one that was perhaps meant. */
const withNearest = (name: string, fields: LeadFields): string => {
  const like = nearest(name, [...fields.keys()]);
  return like === undefined ? name : `${name} (did you mean ${like}?)`;
};

/** Which fields the traits fill that have come and that no standard field takes. */
export const seenTraitChecks = (
  { fieldMap, fieldNames }: Pick<CheckedMapping, 'fieldMap'> & Pick<CheckedSettings, 'fieldNames'>,
  traits: readonly string[],
  fields: LeadFields,
): readonly Check[] => {
  const { byRule, mapped } = namingBy({ fieldMap, fieldNames, nulls: 'skip', described: fields });
  const filled = traits.toSorted(byCodeUnit).flatMap((trait) => {
    if (mapped(trait) !== undefined) return [];
    const [claim] = byRule(trait, '');
    return claim !== undefined && 'field' in claim && fields.has(claim.field)
      ? [`${trait} is mapped to ${claim.field}`]
      : [];
  });
  return filled.length === 0 ? [] : [ok('traits that came', `${listed(filled, maxTraits)}.`)];
};

/** Whether the userId of events has a field: it goes where there is one, and nowhere else. */
export const userIdChecks = (
  { fieldMap }: Pick<CheckedMapping, 'fieldMap'>,
  fields: LeadFields,
): readonly Check[] => {
  const isMapped = mapper(fieldMap)('userId') !== undefined;
  if (isMapped || createFieldResolver(fields).find(userIdField) !== undefined) return [];
  return [
    ok(
      'userId',
      'Marketo has no field for the userId, so it does not go out. To have it in Marketo, make a string field with the API name userId there (Admin → Field Management), or map userId to another field in fieldMap; what came before goes along with each lead’s next event.',
    ),
  ];
};

/** Whether the field is there by which the settings have leads found. */
export const lookupChecks = (
  { lookupField }: Pick<CheckedSettings['marketo'], 'lookupField'>,
  fields: LeadFields,
): readonly Check[] =>
  fields.has(updateNameOf(lookupField))
    ? []
    : [
        wrong(
          'lookup field',
          `marketo.lookupField names ${withNearest(lookupField, fields)}, which Marketo does not have, so no lead can be found by it.`,
          'Name a field by its API name, and one that Marketo lists as searchable (Describe Lead 2).',
        ),
      ];

/** What became of the fields that events brought and that Marketo did not have. */
export const unknownFieldChecks = (
  { unknownFields }: Pick<CheckedMapping, 'unknownFields'>,
  names: readonly string[],
  fields: LeadFields,
): readonly Check[] => {
  const name = 'fields that events bring';
  const { find } = createFieldResolver(fields);
  const all = [...new Set(names)].sort(byCodeUnit);
  const absent = all.filter((one) => find(one) === undefined);
  const there = all.filter((one) => find(one) !== undefined);
  const checks: Check[] = [];
  if (absent.length > 0) {
    const [tell, outcome] =
      unknownFields === 'skip'
        ? ([warning, 'are left out'] as const)
        : ([wrong, 'make their updates dead letters (unknownFields: fail)'] as const);
    checks.push(
      tell(
        name,
        `Marketo does not have ${listed(absent.map((one) => withNearest(one, fields)))}; values for them ${outcome}.`,
        'Make fields with these API names in Marketo (Admin → Field Management), or map their traits to other fields, or to false, in fieldMap.',
      ),
    );
  }
  if (there.length > 0)
    checks.push(
      ok(
        name,
        `Marketo has ${listed(there)} now; new values for them go out once its list of fields is read again, within a day, and what was left out with its lead’s next event.`,
      ),
    );
  return checks.length > 0 ? checks : [ok(name, 'Marketo has all that came lately.')];
};
