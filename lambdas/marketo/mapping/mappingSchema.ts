import * as z from 'zod/mini';
import { whenSchema } from './conditions.ts';
import { describe, unmarked } from './described.ts';
import type { RuleBase, Target } from './target.ts';
import { targetNames, targets } from './targets.ts';
import type { TargetName } from './targets.ts';

const base = {
  name: z.optional(
    describe(z.string().check(z.regex(/\S/), z.maxLength(100)), {
      description: 'What the preview and the log call the rule. Default: its number.',
      values: 'a text of at most 100 characters',
    }),
  ),
  when: z.optional(whenSchema),
};

const ruleFor = (to: TargetName) =>
  describe(z.strictObject({ ...base, to: z.literal(to), ...unmarked(targets[to].shape) }), {
    description: targets[to].description,
    values: `a rule with "to": "${to}"`,
  });

const [first, ...others] = targetNames.map(ruleFor);

type OwnOf<K extends TargetName> = (typeof targets)[K] extends Target<infer Own> ? Own : never;

/** What some events become. */
export type Rule = {
  [K in TargetName]: RuleBase & { readonly to: K } & OwnOf<K>;
}[TargetName];

const fieldName = z.string().check(z.minLength(1));

/**
 * The mapping file: what becomes of traits and events beyond the rules that every destination has.
 * Keys that it does not know are typos, and refused.
 */
export const mappingSchema = describe(
  z.strictObject({
    $schema: z.optional(
      describe(z.string(), {
        description: 'Where an editor finds the schema of this file.',
        values: 'the path or address of the schema',
      }),
    ),
    fieldMap: z.optional(
      describe(z.record(fieldName, z.union([fieldName, z.literal(false)])), {
        description:
          'Trait → Marketo field, over every built-in rule; false drops the trait. A part of an object is named like address.city.',
        values: 'an object of trait names, each with a field name or false',
      }),
    ),
    fieldPolicies: z.optional(
      describe(z.record(fieldName, z.enum(['always', 'changed', 'create'])), {
        description:
          'When the values of a field go out: also again after resendUnchangedAfterHours (always); only where the source’s value changed (changed); or only with the call that makes the lead (create).',
        values: 'an object of Marketo field names, each with always, changed or create',
      }),
    ),
    unknownFields: z.optional(
      describe(z.enum(['skip', 'fail']), {
        description:
          'What a field does that Marketo does not have: skip leaves it out, fail makes a dead letter of the update. Default: skip.',
        values: 'skip or fail',
      }),
    ),
    events: z.optional(
      describe(z.enum(['all', 'mapped', 'none']), {
        description:
          'Which tracks go to Marketo: all, only those that a rule is for, or none. Default: all.',
        values: 'all, mapped or none',
      }),
    ),
    rules: z.optional(
      describe(
        z.array(
          describe(z.discriminatedUnion('to', [first, ...others] as [typeof first & object]), {
            description: 'What some events become.',
            values: `a rule whose "to" is one of ${targetNames.join(', ')}`,
          }),
        ),
        {
          description:
            'What some events become. Several rules may act on one event; the first one fills a field or makes the activity.',
          values: 'a list of rules, each with "to" and, where wanted, "when"',
        },
      ),
    ),
  }),
  {
    description: 'What events become in Marketo.',
    values: 'an object with fieldMap, fieldPolicies, unknownFields, events and rules',
  },
);

/** A mapping as it is written, checked. */
export type MappingInput = Omit<z.infer<typeof mappingSchema>, 'rules'> & {
  readonly rules?: readonly Rule[] | undefined;
};
