import type { Field, Fields } from './types.ts';

/*
 * A relation is a register that is no field of the lead: what the lead is to something else in Marketo.
 * Relations live among the fields, so that whatever holds, moves, erases, gives up or sends again a value
 * does so with theirs. No name of a Marketo field has a colon.
 */

/** `list`: whether the lead is a member of a static list. */
export type RelationKind = 'list';

/** A new kind is a row here and one in `marketo/rest/relations/kinds.ts`. */
const kinds: Readonly<Record<RelationKind, true>> = { list: true };

/** What a relation is to. */
export interface Target {
  readonly kind: RelationKind;
  /** Marketo's id of it. */
  readonly id: string;
}

/** The name of a relation's register: `list:1001`. */
export const relationName = ({ kind, id }: Target): string => `${kind}:${id}`;

/** What the relation of this name is to; `undefined`: it is a field of the lead. */
export const targetOf = (name: string): Target | undefined => {
  const colon = name.indexOf(':');
  const kind = name.slice(0, Math.max(0, colon));
  return Object.hasOwn(kinds, kind)
    ? { kind: kind as RelationKind, id: name.slice(colon + 1) }
    : undefined;
};

/**
 * The partition that a new lead goes to. Its register travels with the lead's record, though it is no field
 * of the lead, and has nothing to say once Marketo has the lead.
 */
export const partitionRegister = 'partition:lead';

/** Whether a register goes with the lead's record: its fields, and the partition that it is made in. */
export const isLeadField = (name: string): boolean => targetOf(name) === undefined;

const only = (fields: Fields, is: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => is(name)));

/** The registers that are fields of the lead. */
export const leadFieldsIn = (fields: Fields): Fields => only(fields, isLeadField);

/** The registers that are relations. */
export const relationsIn = (fields: Fields): Fields => only(fields, (name) => !isLeadField(name));

/** Whether this is so of any field of the lead. */
export const someField = (fields: Fields, is: (field: Field) => boolean): boolean =>
  Object.entries(fields).some(([name, field]) => is(field) && isLeadField(name));

/** Whether this is so of any relation. */
export const someRelation = (fields: Fields, is: (field: Field) => boolean): boolean =>
  Object.entries(fields).some(([name, field]) => is(field) && !isLeadField(name));
