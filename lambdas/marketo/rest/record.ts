import { stripInvalidXmlCharacters } from '../text.ts';
import type { FieldValue, Update } from '../marketoTypes.ts';
import type { LeadRules } from './leadRules.ts';
import { restNameOf } from './names.ts';

/** Whether an update has something to say besides fields. */
export const hasSecondary = ({ cookie, activities, relations }: Update): boolean =>
  cookie !== undefined || activities !== undefined || relations !== undefined;

/** Only a cookie, activities or relations are left to tell of a lead that Marketo has, or of a company: it needs no record. */
export const needsNoRecord = (update: Update): boolean =>
  update.company !== undefined ||
  (update.fields.length === 0 && update.marketoId !== undefined && hasSecondary(update));

/** Whether only relations are left to tell of a lead that Marketo has. */
export const hasOnlyRelations = (update: Update): boolean =>
  needsNoRecord(update) && update.cookie === undefined && update.activities === undefined;

/** Marketo's REST API takes no other e-mail addresses; an absent one does no harm. */
export const hasAsciiEmail = ({ email }: Update): boolean => /^[\x20-\x7e]*$/.test(email);

/** JSON has no text for numbers beyond all bounds: as null, they would clear the field. */
export const jsonValue = (value: FieldValue): FieldValue =>
  typeof value === 'string'
    ? stripInvalidXmlCharacters(value)
    : typeof value === 'number' && !Number.isFinite(value)
      ? String(value)
      : value;

/**
 * The fields of an update that go along with its e-mail: REST name → name in the update. The
 * record's own e-mail decides which lead this is; a second one could contradict it.
 */
export const sentNames = ({ fields }: Update): ReadonlyMap<string, string> =>
  new Map(
    fields
      .map(({ name }) => [stripInvalidXmlCharacters(restNameOf(name)), name] as const)
      .filter(([restName]) => restName.toLowerCase() !== 'email'),
  );

/** The value by which Marketo is to find the lead; `undefined`: the update does not say it. */
export const lookupValueOf = (update: Update, lookupField: string): string | undefined => {
  if (lookupField === 'email') return update.email === '' ? undefined : update.email;
  const name = sentNames(update).get(lookupField);
  const value = update.fields.find((field) => field.name === name)?.value ?? '';
  return value === '' ? update.lookupValue : String(value);
};

/** Whether there is anything by which Marketo can find or make the lead. */
export const hasKey = (update: Update, lookupField: string): boolean => {
  const lookup = lookupOf(update, lookupField);
  return lookup === 'id' || lookupValueOf(update, lookup) !== undefined;
};

/**
 * The field by which Marketo finds the lead of this update. A lead that another field than its e-mail
 * has found goes by its id: later updates need not say that field again. One that does not say it, and
 * whose id is unknown, goes by its e-mail.
 */
export const lookupOf = (update: Update, lookupField: string): string => {
  const { byId, marketoId } = update;
  if (marketoId !== undefined && (byId || lookupField !== 'email')) return 'id';
  return lookupValueOf(update, lookupField) === undefined ? 'email' : lookupField;
};

/** Where Marketo is to make the lead of this update, if it makes it: an event's word counts before the settings'. */
export const partitionOf = (
  { partition }: Pick<Update, 'partition'>,
  rules: Pick<LeadRules, 'partition'>,
): string | undefined => partition ?? rules.partition;

/**
 * What the updates of one request have in common, beside what the settings say: the field that finds their leads, and
 * the partition of those that it makes. By its id a lead is only updated, wherever it is.
 */
export const requestKeyOf = (
  update: Update,
  rules: Pick<LeadRules, 'lookupField' | 'partition'>,
): { readonly lookup: string; readonly partition: string | undefined } => {
  const lookup = lookupOf(update, rules.lookupField);
  return { lookup, partition: lookup === 'id' ? undefined : partitionOf(update, rules) };
};

/** One lead as JSON text, for a request that finds its leads by `lookup`. */
export const recordText = (update: Update, lookup: string): string => {
  const values = new Map(update.fields.map(({ name, value }) => [name, value]));
  const { email, lookupValue } = update;
  return JSON.stringify({
    ...(lookup === 'id' && { id: update.marketoId }),
    ...(email !== '' && { email }),
    ...(!['id', 'email'].includes(lookup) && { [lookup]: lookupValue }),
    ...Object.fromEntries(
      [...sentNames(update)].map(([restName, name]) => [
        restName,
        jsonValue(values.get(name) ?? null),
      ]),
    ),
  });
};

/**
 * The body of a `leads.json` request with these records. By id Marketo only updates, and a partition
 * says where new leads go: Adobe allows it only where the action may create.
 */
export const upsertBody = (
  records: readonly string[],
  { lookup, rules: { leads, partition } }: { readonly lookup: string; readonly rules: LeadRules },
): string => {
  const action = lookup === 'id' ? 'updateOnly' : leads;
  const mayCreate = action !== 'updateOnly';
  const rest = JSON.stringify({
    action,
    lookupField: lookup,
    ...(mayCreate && { partitionName: partition }),
  });
  return `${rest.slice(0, -1)},"input":[${records.join(',')}]}`;
};
