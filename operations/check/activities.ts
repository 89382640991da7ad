import * as z from 'zod/mini';
import type { Check } from '../views.ts';
import { labelOfRule } from '../../lambdas/marketo/mapping/compile.ts';
import type { CheckedMapping } from './parts.ts';
import { ok, wrong } from './parts.ts';

const attribute = z.object({ apiName: z.nullish(z.string()) });

const typesSchema = z.array(
  z.object({
    id: z.int(),
    name: z.string(),
    attributes: z.nullish(z.array(attribute)),
  }),
);

type ActivityTypes = z.infer<typeof typesSchema>;

/** The activity types in the result of `activities/types.json`; undefined where it is none. */
export const activityTypesIn = (result: readonly unknown[]): ActivityTypes | undefined =>
  z.safeParse(typesSchema, result).data;

/** Attributes that the type lacks; none where Marketo does not tell their API names. */
const missingIn = (
  wanted: readonly string[],
  { attributes }: ActivityTypes[number],
): readonly string[] => {
  const there = attributes?.flatMap(({ apiName }) => apiName ?? []) ?? [];
  const isTold = there.length === (attributes?.length ?? -1);
  return isTold ? wanted.filter((one) => !there.includes(one)) : [];
};

/** Whether Marketo has the activity types, and their attributes, that the mapping's rules name. */
export const activityChecks = (
  { rules }: Pick<CheckedMapping, 'rules'>,
  types: ActivityTypes,
): readonly Check[] => {
  const entries = rules.flatMap((rule, index) =>
    rule.to === 'activity' ? [{ rule, label: labelOfRule(rule, index) }] : [],
  );
  const problems = entries.flatMap(({ rule: { typeId, attributes = {} }, label }): Check[] => {
    const name = `activity type ${typeId}`;
    const type = types.find(({ id }) => id === typeId);
    if (type === undefined)
      return [
        wrong(
          name,
          `The mapping (${label}) names the activity type ${typeId}, and Marketo has no such type.`,
          'Look the id up in Marketo (Admin → Marketo Custom Activities; the type must be approved) and correct typeId.',
        ),
      ];
    const missing = missingIn(Object.keys(attributes), type);
    if (missing.length === 0) return [];
    return [
      wrong(
        name,
        `The activity type ${typeId} (${type.name}) has no attribute ${missing.join(', ')}.`,
        'Correct the API names in the mapping, or add the attributes to the type in Marketo and approve it.',
      ),
    ];
  });
  if (problems.length > 0) return problems;
  const count = entries.length;
  return [
    ok(
      'activities',
      `Marketo has ${count === 1 ? 'the activity type' : `the types of all ${count} activities`} that the mapping names.`,
    ),
  ];
};
