import type { Field, Fields } from './leadTypes.ts';

/*
 * A relation is a register that is no field of the lead: what the lead is to something else in Marketo.
 * Relations live among the fields, so that whatever holds, moves, erases, gives up or sends again a value
 * does so with theirs. No name of a Marketo field has a colon.
 */

/**
 * `list:1001`: whether the lead is a member of a static list. `program:1044`: its status in a program.
 * `member:1044/seats`: a field of that membership. `link:company`: the company that it belongs to.
 * `company:industry`: a value of a company, in the mailbox of the company itself. `campaign:2001/<message>`: a request of
 * a campaign; each message has a register of its own, so that each request goes once.
 */
export type RelationKind = 'list' | 'program' | 'member' | 'company' | 'link' | 'campaign';

/** What a kind of relation is like, whatever API takes it. */
interface Kind {
  /** Marketo’s value can only go on from what it is, so that sending it again is of no use. */
  readonly isSentOnce?: true;
  /** Others may need it in Marketo, so that it goes before them where all wait. */
  readonly isFirst?: true;
  /** What Marketo has to have first, where that is to go, too. */
  readonly after?: (id: string) => Target;
}

/** A new kind is a row here and one in `marketo/rest/relations/kinds.ts`; without them nothing compiles. */
const kinds: Readonly<Record<RelationKind, Kind>> = {
  list: {},
  program: { isSentOnce: true },
  campaign: {},
  company: { isFirst: true },
  link: {},
  member: { after: (id) => ({ kind: 'program', id: partsOfId(id)[0] }) },
};

/** What a relation is to. */
export interface Target {
  readonly kind: RelationKind;
  /** Marketo's id of it; of a part of it, with the name of the part after a slash. */
  readonly id: string;
}

/** `1044/seats` → `['1044', 'seats']` */
export const partsOfId = (id: string): readonly [whole: string, part: string] => {
  const slash = id.indexOf('/');
  return slash < 0 ? [id, ''] : [id.slice(0, slash), id.slice(slash + 1)];
};

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

const kindOf = (target: Target): Kind => kinds[target.kind];

/** The register that has to be in Marketo before this one, where both are to go. */
export const prerequisiteOf = (name: string): string | undefined => {
  const target = targetOf(name);
  const after = target && kindOf(target).after?.(target.id);
  return after && relationName(after);
};

/** Whether others may need it in Marketo, and it goes before them where all wait. */
export const goesFirst = ({ kind }: Target): boolean => kinds[kind].isFirst === true;

/** The field of Marketo's company object by which companies are found, and by which a lead names its company. */
export const companyKey = 'externalCompanyId';

/** Whether an unchanged value is never sent again, however long ago Marketo got it. */
export const isRelationSentOnce = (name: string): boolean => {
  const target = targetOf(name);
  return target !== undefined && kindOf(target).isSentOnce === true;
};

/**
 * The partition that a new lead goes to. Its register travels with the lead's record, though it is no field
 * of the lead, and has nothing to say once Marketo has the lead.
 */
export const partitionRegister = 'partition:lead';

/** Whether a register goes with the lead's record: its fields, and the partition that it is made in. */
export const isLeadField = (name: string): boolean => targetOf(name) === undefined;

/** Whether a register is a field that Marketo itself has, as every version took all of them to be. */
export const isMarketoField = (name: string): boolean =>
  isLeadField(name) && name !== partitionRegister;

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
