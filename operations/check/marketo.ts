import type { SeenTraits } from '../../lambdas/absorb/seenTraits.ts';
import { seenTraitsItem, traitsSeen } from '../../lambdas/absorb/seenTraits.ts';
import type { ReportedFields } from '../../lambdas/sync/fieldReports.ts';
import { fieldReportsItem } from '../../lambdas/sync/fieldReports.ts';
import { fieldsItem } from '../../lambdas/marketo/fieldDescription.ts';
import { leadApis } from '../../lambdas/marketo/leadApis.ts';
import type { LeadFields } from '../../lambdas/marketo/marketoPorts.ts';
import { marketoOf, type MarketoCredentials } from '../../lambdas/sync/marketo.ts';
import type { Check } from '../views.ts';
import { deadlineOf } from './ask.ts';
import { checkCompanies } from './companies.ts';
import {
  lookupChecks,
  mappedFieldChecks,
  seenTraitChecks,
  unknownFieldChecks,
  userIdChecks,
} from './fields.ts';
import type { CheckParts } from './parts.ts';
import { ok, warning, wrong } from './parts.ts';
import { type BudgetParts, createWithinBudget, notAsked } from './slot.ts';
import { checkTypes } from './types.ts';

const name = 'Marketo';

/** What to do about what Marketo's client says; the first that is found. */
const remedies: readonly (readonly [says: RegExp, todo: string])[] = [
  [
    /does not accept the credentials|\(20014\)|\(20013\)/,
    'Copy the credentials from Marketo into the Marketo secret again; the workers take them within five minutes.',
  ],
  [
    /API user may not do this/,
    'Give the API user’s role these permissions in Marketo (Admin → Users & Roles), and look at the allowlist of IP addresses.',
  ],
  [
    /no connection|connection to Marketo broke|in time/,
    'Check marketo.munchkinId and the endpoint in the settings, and that nothing between here and Marketo blocks it.',
  ],
  [/HTTP 5\d\d/, 'Marketo has trouble of its own: leads wait and go out by themselves afterwards.'],
  [
    /HTTP \d+|nothing at the address/,
    'Check the endpoint in the settings: it must be the one that Marketo shows under Admin → Integration → Web Services.',
  ],
  [/quota/, 'Wait until midnight US Central, or have Adobe raise the quota.'],
  [/too many calls/, 'Try again in a minute.'],
];

const failed = (error: unknown): Check => {
  const message = error instanceof Error ? error.message : 'it does not say why';
  const because = message.replace(/^Marketo did not list the fields of leads: /, '');
  const [, todo = 'Try again in a minute; if it stays so, ask Marketo’s support.'] =
    remedies.find(([says]) => says.test(because)) ?? [];
  return wrong(name, `Marketo cannot be used: ${because}.`, todo);
};

/** What came lately. */
interface Came {
  /** Names that Marketo refused, or that were left out because it does not have them. */
  readonly refused: readonly string[];
  /** Traits without a standard field. */
  readonly traits: readonly string[];
}

const cameLately = async ({ table, clock }: Pick<CheckParts, 'table' | 'clock'>): Promise<Came> => {
  const items = await table.read([fieldsItem, fieldReportsItem, seenTraitsItem]);
  const stateOf = (key: string): unknown => items.get(key)?.state ?? {};
  const { refusals = [] } = stateOf(fieldsItem) as {
    readonly refusals?: readonly (readonly [string, number])[];
  };
  const { sources = {} } = stateOf(fieldReportsItem) as Partial<ReportedFields>;
  return {
    refused: [...refusals.map(([field]) => field), ...Object.values(sources).flat()],
    traits: traitsSeen(stateOf(seenTraitsItem) as Partial<SeenTraits>, clock.now()),
  };
};

/** An API that Adobe removed reaches nothing of Adobe's any more. */
const removedApiChecks = ({ settings: { marketo } }: CheckParts): readonly Check[] => {
  const { label, removedOn, endpointSetting } = leadApis[marketo.api];
  if (removedOn === undefined) return [];
  const reach =
    marketo[endpointSetting] === undefined
      ? 'so it reaches no Marketo today'
      : `so it reaches only the server that marketo.${endpointSetting} names`;
  return [
    warning(
      `${label} API`,
      `Adobe removed the ${label} API on ${removedOn}, ${reach}.`,
      'Set marketo.api to rest, fill in the credentials of the REST API, and deploy.',
    ),
  ];
};

/**
 * The fields that Marketo lists to whoever has these credentials, or what is wrong. Costs one call
 * of the day's quota.
 */
export const askFields = async (
  parts: BudgetParts,
  credentials: MarketoCredentials,
): Promise<{ readonly fields: LeadFields } | { readonly check: Check }> => {
  const marketo = await marketoOf(parts.settings, () => Promise.resolve(credentials), parts.clock);
  const asked = await createWithinBudget(parts)((mayStart) =>
    marketo
      .fields(deadlineOf(parts), mayStart)
      .catch((error: unknown): Error | LeadFields => error as Error),
  );
  if ('because' in asked) return { check: notAsked(name, asked.because) };
  const { answer } = asked;
  return answer instanceof Error ? { check: failed(answer) } : { fields: answer };
};

/**
 * Whether Marketo answers, and has what the settings name. Costs one call of the day's quota, and a
 * second one where the mapping names custom activities, and a third where it has rules for companies.
 */
export const checkMarketo = async (
  parts: CheckParts,
  credentials: MarketoCredentials | undefined,
): Promise<readonly Check[]> => {
  const removed = removedApiChecks(parts);
  if (credentials === undefined) return removed;
  const { settings } = parts;
  const { api, munchkinId } = settings.marketo;
  const { label, hasRelations, hasLeadOptions } = leadApis[api];
  const asked = await askFields(parts, credentials);
  if ('check' in asked) return [...removed, asked.check];
  const { fields } = asked;
  const mapping = await parts.mapping();
  const hasActivities = mapping.rules.some(({ to }) => to === 'activity');
  const hasCompanies = mapping.rules.some(({ to }) => to === 'company');
  const [came, activities, companies] = await Promise.all([
    cameLately(parts),
    hasRelations && hasActivities
      ? checkTypes(parts, mapping, credentials, createWithinBudget(parts))
      : [],
    hasRelations && hasCompanies
      ? checkCompanies(parts, mapping, credentials, createWithinBudget(parts))
      : [],
  ]);
  return [
    ...removed,
    ok(
      name,
      `Marketo ${munchkinId} takes our credentials over ${label}, and its leads have ${fields.size} fields.`,
    ),
    ...(hasLeadOptions ? lookupChecks(settings.marketo, fields) : []),
    ...mappedFieldChecks(mapping, fields),
    ...seenTraitChecks({ ...settings, ...mapping }, came.traits, fields),
    ...unknownFieldChecks(mapping, came.refused, fields),
    ...userIdChecks(mapping, fields),
    ...activities,
    ...companies,
  ];
};
