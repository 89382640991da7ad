import type { LeadFields } from './marketoPorts.ts';
import type { FieldType } from './fieldTypes.ts';

/**
 * Marketo's description of its fields as it is stored: names under what they have in common, so that
 * 2,000 of them fit into one item.
 */
export type Described = readonly (readonly [FieldType, readonly string[]])[];

/** The item of the leads table in which what is known of Marketo's fields stands. */
export const fieldsItem = 'fields';

/** A description as it is stored. */
export const describedBy = (fields: LeadFields): Described => {
  const groups = Map.groupBy(fields, ([, type]) => JSON.stringify(type));
  return [...groups.values()].flatMap((group) => {
    const [, type] = group[0] ?? [];
    return type ? [[type, group.map(([name]) => name).sort()] as const] : [];
  });
};

/** The fields of a stored description. */
export const fieldsIn = (described: Described): LeadFields =>
  new Map(described.flatMap(([type, names]) => names.map((name) => [name, type] as const)));
