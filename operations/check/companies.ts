import * as z from 'zod/mini';
import { labelOfRule } from '../../lambdas/marketo/mapping/compile.ts';
import type { MarketoCredentials } from '../../lambdas/sync/marketo.ts';
import type { Check } from '../views.ts';
import { askMarketo } from './ask.ts';
import type { CheckedMapping, CheckParts } from './parts.ts';
import { ok, warning, wrong } from './parts.ts';
import { notAsked, type WithinBudget } from './slot.ts';

const name = 'companies';

/** Where a CRM is synchronized, Marketo's companies are read-only. */
const readOnly = '1018';

const describedSchema = z.array(
  z.object({
    fields: z.array(z.object({ name: z.string(), updateable: z.nullish(z.boolean()) })),
  }),
);

/** Fields that the rules name, and that no company of this Marketo takes. */
const fieldChecks = (
  { rules }: Pick<CheckedMapping, 'rules'>,
  fields: ReadonlySet<string>,
): readonly Check[] =>
  rules.flatMap((rule, index) => {
    const missing =
      rule.to === 'company'
        ? Object.keys(rule.values ?? {}).filter((field) => !fields.has(field))
        : [];
    return missing.length === 0
      ? []
      : [
          wrong(
            name,
            `The mapping (${labelOfRule(rule, index)}) names fields that Marketo’s companies do not have: ${missing.join(', ')}.`,
            'Correct the API names in the mapping, or have the fields made as company fields in Marketo.',
          ),
        ];
  });

/** Whether companies may be written, and have the fields that the mapping names. Costs one call. */
export const checkCompanies = async (
  parts: CheckParts,
  mapping: Pick<CheckedMapping, 'rules'>,
  credentials: MarketoCredentials,
  withinBudget: WithinBudget,
): Promise<readonly Check[]> => {
  const asked = await withinBudget((mayStart) =>
    askMarketo(parts, credentials, 'companies/describe.json', mayStart),
  );
  if ('because' in asked) return [notAsked(name, asked.because)];
  const { answer } = asked;
  if (answer instanceof Error && answer.codes.includes(readOnly))
    return [
      wrong(
        name,
        `Companies are read-only in this Marketo, because its CRM writes them (${readOnly}): what rules for companies send becomes dead letters.`,
        'Remove the rules with "to": "company" from the mapping, and keep companies up to date in the CRM.',
      ),
    ];
  const described = answer instanceof Error ? undefined : describedSchema.safeParse(answer).data;
  if (!described)
    return [
      warning(
        name,
        `Marketo does not tell the fields of companies: ${answer instanceof Error ? answer.message : 'its answer lists none'}.`,
        'Give the API user’s role the permission Read-Write Company, which sending companies needs, too.',
      ),
    ];
  const fields = new Set(
    described.flatMap((one) =>
      one.fields.flatMap((field) => (field.updateable === false ? [] : field.name)),
    ),
  );
  const problems = fieldChecks(mapping, fields);
  return problems.length > 0
    ? problems
    : [ok(name, 'Marketo takes companies, and has the fields that the mapping names.')];
};
