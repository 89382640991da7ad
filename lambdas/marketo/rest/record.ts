import { isById } from '../byId.ts';
import { carriable } from '../text.ts';
import type { FieldValue, Update } from '../types.ts';
import { restNameOf } from './names.ts';

/** Whether an update has something to say besides fields. */
export const hasExtras = ({ cookie, activities }: Update): boolean =>
  cookie !== undefined || activities !== undefined;

/** Only a cookie or activities are left to tell of a lead that Marketo has: it needs no record. */
export const needsNoRecord = (update: Update): boolean =>
  update.fields.length === 0 && update.marketoId !== undefined && hasExtras(update);

/** Marketo's REST API takes no other e-mail addresses. */
export const hasAsciiEmail = ({ email }: Update): boolean => /^[\x20-\x7e]+$/.test(email);

/** JSON has no text for numbers beyond all bounds: as null, they would clear the field. */
const jsonValue = (value: FieldValue): FieldValue =>
  typeof value === 'string'
    ? carriable(value)
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
      .map(({ name }) => [carriable(restNameOf(name)), name] as const)
      .filter(([restName]) => restName.toLowerCase() !== 'email'),
  );

/** One lead as JSON text. */
export const recordText = (update: Update): string => {
  const values = new Map(update.fields.map(({ name, value }) => [name, value]));
  return JSON.stringify({
    ...(isById(update) && { id: update.marketoId }),
    email: update.email,
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
 * says where new leads go.
 */
export const upsertBody = (
  records: readonly string[],
  { partition, byId = false }: { readonly partition?: string | undefined; readonly byId?: boolean },
): string => {
  const rest = JSON.stringify(
    byId
      ? { action: 'updateOnly', lookupField: 'id' }
      : { action: 'createOrUpdate', lookupField: 'email', partitionName: partition },
  );
  return `${rest.slice(0, -1)},"input":[${records.join(',')}]}`;
};
