import * as z from 'zod/mini';
import { relationName } from '../../../lead/relations.ts';
import type { FieldValue } from '../../../lead/leadTypes.ts';
import type { UnmappedTrait } from '../../fieldsRules.ts';
import { fieldValue } from '../../fieldsValues.ts';
import { describe, forChecking } from '../described.ts';
import { compileSource, labelOf, sourceSchema } from '../sources.ts';
import type { Source } from '../sources.ts';
import type { Effect, RuleProblem, Target } from '../target.ts';

// A type: the package’s declarations cannot name an interface that is not exported.
type ProgramRule = {
  readonly program: number;
  readonly status?: Source | undefined;
  readonly values?: Readonly<Record<string, Source>> | undefined;
};

/** Fields of a membership that nobody can write (Adobe, Describe Program Member). */
const readOnly: ReadonlySet<string> = new Set([
  'acquiredBy',
  'attendanceLikelihood',
  'createdAt',
  'isExhausted',
  'leadId',
  'membershipDate',
  'nurtureCadence',
  'program',
  'programId',
  'reachedSuccess',
  'reachedSuccessDate',
  'registrationLikelihood',
  'statusName',
  'statusReason',
  'trackName',
  'updatedAt',
  'waitlistPriority',
]);

const problemOf = (field: string): RuleProblem | undefined =>
  readOnly.has(field)
    ? {
        at: ['values', field],
        wrong: `Marketo sets ${field} of a program’s member itself, so nothing can be written to it.`,
        remedy: field === 'statusName' ? 'Write the status as "status".' : 'Name another field.',
      }
    : undefined;

const slotOf = (program: number, field?: string): string =>
  `program ${program}${field === undefined ? '' : ` ${field}`}`;

/** A program of Marketo: the lead's status in it, and fields of that membership. Over REST only. */
export const program: Target<ProgramRule> = {
  description:
    'The lead gets a status in a program, and values for fields of that membership; over REST only.',
  shape: forChecking(() => ({
    program: describe(z.int().check(z.gte(1)), {
      description: 'Marketo’s id of the program.',
      values: 'Marketo’s id of the program, a whole number from 1',
    }),
    status: z.optional(sourceSchema),
    values: z.optional(
      describe(z.record(z.string().check(z.regex(/^\w+$/)), sourceSchema), {
        description: 'Fields of the program’s members by their API names.',
        values: 'an object of API names of member fields, each with where its value comes from',
      }),
    ),
  })),
  isRestOnly: true,
  replacesVisit: true,
  slots: ({ program: id, status, values = {} }) => [
    ...(status === undefined
      ? []
      : [{ slot: slotOf(id), at: ['status'], what: `the status in the program ${id}` }]),
    ...Object.keys(values).map((field) => ({
      slot: slotOf(id, field),
      at: ['values', field],
      what: `the field ${field} of the members of the program ${id}`,
    })),
  ],
  values: ({ status, values = {} }) => [
    ...(status === undefined ? [] : [{ at: ['status'], source: status }]),
    ...Object.entries(values).map(([field, source]) => ({ at: ['values', field], source })),
  ],
  problems: ({ status, values = {} }) => [
    ...(status === undefined && Object.keys(values).length === 0
      ? [
          {
            at: [],
            wrong: 'The rule does nothing: it has neither a status nor values.',
            remedy: 'Add "status", like {"constant": "Registered"}, or "values".',
          },
        ]
      : []),
    ...Object.keys(values).flatMap((field) => problemOf(field) ?? []),
  ],
  compile: ({ program: id, status, values = {} }) => {
    const all = [
      ...(status === undefined ? [] : [{ field: undefined, source: status }]),
      ...Object.entries(values).map(([field, source]) => ({ field, source })),
    ].map(({ field, source }) => ({
      name:
        field === undefined
          ? relationName({ kind: 'program', id: String(id) })
          : relationName({ kind: 'member', id: `${id}/${field}` }),
      isStatus: field === undefined,
      slot: slotOf(id, field),
      label: labelOf(source),
      read: compileSource(source),
    }));
    return (view) => {
      const leftOut: UnmappedTrait[] = [];
      const effects = all.flatMap(({ name, isStatus, slot, label, read }): Effect[] => {
        const given = read(view);
        if (given === undefined || given === null || given === '') return [];
        const found = isStatus ? statusOf(given) : fieldValue(given, undefined, 'skip');
        if ('value' in found)
          return [{ kind: 'relation', slot, does: { name, value: found.value } }];
        leftOut.push({ trait: label, because: found.because });
        return [];
      });
      const [first] = leftOut;
      return effects.length > 0 || first === undefined
        ? { effects, leftOut }
        : { effects, dropped: `${first.trait} ${first.because}` };
    };
  },
};

const statusOf = (given: unknown): { readonly value: FieldValue } | { readonly because: string } =>
  typeof given === 'string' && given.trim() !== ''
    ? { value: given.trim() }
    : { because: 'is not the name of a program status' };
