import * as z from 'zod/mini';
import { companyKey, relationName } from '../../../lead/relations.ts';
import type { Incoming } from '../../../lead/leadTypes.ts';
import type { UnmappedTrait } from '../../fieldsRules.ts';
import { fieldValue } from '../../fieldsValues.ts';
import { describe, forChecking } from '../described.ts';
import { browsersSchema, notForBrowsers } from '../serversOnly.ts';
import { compileSource, labelOf, sourceSchema } from '../sources.ts';
import type { Source } from '../sources.ts';
import type { Effect, RuleProblem, Target } from '../target.ts';

// A type: the package’s declarations cannot name an interface that is not exported.
type CompanyRule = {
  readonly id?: Source | undefined;
  readonly values?: Readonly<Record<string, Source>> | undefined;
  readonly browsers?: boolean | undefined;
};

const slot = 'company';

/** Segment's reserved traits of a group, and the fields of Marketo's company object that they fill. */
const reservedTraits: Readonly<Record<string, Source>> = {
  company: 'traits.name',
  industry: 'traits.industry',
  numberOfEmployees: 'traits.employees',
  website: 'traits.website',
  mainPhone: 'traits.phone',
  billingStreet: 'traits.address.street',
  billingCity: 'traits.address.city',
  billingState: 'traits.address.state',
  billingPostalCode: 'traits.address.postalCode',
  billingCountry: 'traits.address.country',
};

/** Fields of a company that nobody can write (Adobe, Describe Companies); its key is the rule's `id`. */
const readOnly: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', companyKey]);

const problemOf = (field: string): RuleProblem | undefined =>
  readOnly.has(field)
    ? {
        at: ['values', field],
        wrong: `${field} of a company cannot be written as a value.`,
        remedy: field === companyKey ? 'Write it as "id".' : 'Name another field.',
      }
    : undefined;

/** Marketo takes no longer one (Adobe, Describe Companies). */
const idCharacters = 100;

/** A company of Marketo, and the lead's belonging to it. Over REST only. */
export const company: Target<CompanyRule> = {
  description:
    'The company is made or updated, and the lead belongs to it; by default a group call’s groupId and traits. Over REST only.',
  shape: forChecking(() => ({
    id: z.optional(sourceSchema),
    values: z.optional(
      describe(z.record(z.string().check(z.regex(/^\w+$/)), sourceSchema), {
        description:
          'Fields of the company by their API names. Absent: Segment’s reserved traits of a group.',
        values: 'an object of API names of company fields, each with where its value comes from',
      }),
    ),
    browsers: browsersSchema,
  })),
  isRestOnly: true,
  replacesVisit: true,
  slots: () => [{ slot, at: ['to'], what: 'the company of an event' }],
  values: ({ id = 'groupId', values = {} }) => [
    { at: ['id'], source: id },
    ...Object.entries(values).map(([field, source]) => ({ at: ['values', field], source })),
  ],
  problems: ({ values = {} }) => Object.keys(values).flatMap((field) => problemOf(field) ?? []),
  compile: ({ id = 'groupId', values = reservedTraits, browsers }) => {
    const readId = compileSource(id);
    const idLabel = labelOf(id);
    const all = Object.entries(values).map(([field, source]) => ({
      name: relationName({ kind: 'company', id: field }),
      label: labelOf(source),
      read: compileSource(source),
    }));
    return (view) => {
      const refused = notForBrowsers(view, browsers, 'write companies');
      if (refused !== undefined) return { effects: [], dropped: refused };
      const given = readId(view);
      const key = typeof given === 'number' ? String(given) : given;
      const text = typeof key === 'string' ? key.trim() : '';
      if (text === '' || text.length > idCharacters)
        return {
          effects: [],
          dropped: `${idLabel} is no id of a company: a text of 1 to ${idCharacters} characters`,
        };
      const leftOut: UnmappedTrait[] = [];
      const incoming: Omit<Incoming, 'order'>[] = [
        { name: relationName({ kind: 'company', id: companyKey }), value: text },
      ];
      for (const { name, label, read } of all) {
        const value = read(view);
        if (value === undefined || value === null || value === '') continue;
        const found = fieldValue(value, undefined, 'skip');
        if ('value' in found) incoming.push({ name, value: found.value });
        else leftOut.push({ trait: label, because: found.because });
      }
      const link = { name: relationName({ kind: 'link', id: 'company' }), value: text };
      const effects: readonly Effect[] = [
        { kind: 'company', slot, does: { id: text, incoming } },
        { kind: 'relation', does: link },
      ];
      return { effects, leftOut };
    };
  },
};
