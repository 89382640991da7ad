import type { Field } from './field.ts';
import type { FieldTable } from './fields.ts';
import { lockKeys } from './lock.ts';
import type { Reason } from './refusal.ts';
import type { Lead } from './model.ts';
import type { State } from './state.ts';
import { isStorable, storedText } from './values.ts';

/** What a call says of one lead. An empty value clears its field. */
export interface LeadRecord {
  readonly id?: number;
  readonly email?: string;
  /** `<ForeignSysType>:<ForeignSysPersonId>` */
  readonly foreign?: string;
  /** By the name under which the state keeps the field. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** Tokens that the record itself gives the lead. */
  readonly cookies?: readonly string[];
  /** What its API found wrong with it already. */
  readonly refused?: Reason;
}

export interface SyncRequest {
  readonly records: readonly LeadRecord[];
  /** The token of the visitor's cookie; only where the call is about one lead. */
  readonly cookie?: string;
  /** The leads that a record is about, by the rules of its API; it changes the first of them. */
  readonly find: (record: LeadRecord) => readonly Lead[];
  /** An e-mail only finds a lead, and is not written to one that there is. */
  readonly emailOnlyFinds?: boolean;
  /** Where new leads go; absent: the instance's first one. */
  readonly partition?: string;
}

export type SyncResult =
  | { readonly status: 'CREATED' | 'UPDATED'; readonly lead: Lead }
  | { readonly status: 'FAILED'; readonly reason: Reason };

/** Every name of the lead that a record is about, for the lock. */
export const keysOf = ({ find }: SyncRequest, record: LeadRecord): readonly string[] => [
  ...lockKeys(record),
  ...lockKeys(find(record)[0] ?? {}),
];

interface Given {
  readonly field: Field;
  readonly value: string;
}

const givenIn = (record: LeadRecord, fields: FieldTable): readonly Given[] => {
  const email = record.email === undefined ? [] : [{ name: 'Email', value: record.email }];
  return [...email, ...record.fields].flatMap(({ name, value }) => {
    const field = fields.get(name);
    return field === undefined ? [] : [{ field, value }];
  });
};

/** A field that this instance refuses whatever stands in it. */
const refusedField = (given: readonly Given[]): Reason | undefined => {
  const [first, ...more] = given.filter(({ field }) => field.refused !== undefined);
  const refused = first?.field.refused;
  if (first === undefined || refused === undefined) return undefined;
  const same = more.filter(({ field }) => field.refused?.code === refused.code);
  return {
    kind: 'refused-field',
    ...refused,
    fields: [first, ...same].map(({ field }) => field.name),
    value: first.value,
  };
};

const badValue = (given: readonly Given[]): Reason | undefined => {
  const bad = given.filter(
    ({ field, value }) => !field.readOnly && !isStorable(field.dataType, field.length, value),
  );
  const [first] = bad;
  if (first === undefined) return undefined;
  const { name, dataType } = first.field;
  const others = bad.map(({ field }) => field.name).filter((one) => one !== name);
  return { kind: 'bad-value', field: name, dataType, value: first.value, others };
};

/** Values of read-only fields are passed over; what Marketo does with them is not documented. */
const written = (before: Lead | undefined, given: readonly Given[]): Record<string, string> => {
  const values = { ...before?.fields };
  for (const { field, value } of given) {
    if (field.readOnly || field.name === 'Email') continue;
    if (value === '') Reflect.deleteProperty(values, field.name);
    else values[field.name] = storedText(field.dataType, value);
  }
  return values;
};

const emailOf = (
  { emailOnlyFinds = false }: SyncRequest,
  record: LeadRecord,
  before: Lead | undefined,
): string | null => {
  const key = emailOnlyFinds && before !== undefined ? undefined : record.email;
  const given = record.fields.findLast(({ name }) => name === 'Email')?.value ?? key;
  return given === undefined ? (before?.email ?? null) : given || null;
};

const union = (first: readonly string[], second: readonly string[]): readonly string[] =>
  second.every((one) => first.includes(one)) ? first : [...new Set([...first, ...second])];

/** Creates or updates the lead of one record; a record that cannot be stored changes nothing. */
export const syncRecord = (
  state: State,
  fields: FieldTable,
  request: SyncRequest,
  record: LeadRecord,
  now: number,
): SyncResult => {
  const [before] = request.find(record);
  if (record.id !== undefined && before === undefined) {
    const reason = { kind: 'lead-not-found', by: 'id', value: String(record.id) } as const;
    return { status: 'FAILED', reason };
  }
  const given = givenIn(record, fields);
  const reason = refusedField(given) ?? badValue(given);
  if (reason !== undefined) return { status: 'FAILED', reason };
  const cookie = request.cookie === undefined ? [] : [request.cookie];
  const partition = before === undefined ? request.partition : before.partition;
  const lead: Lead = {
    id: before?.id ?? state.nextId(),
    email: emailOf(request, record, before),
    foreign: record.foreign ?? before?.foreign ?? null,
    fields: written(before, given),
    cookies: union(before?.cookies ?? [], [...cookie, ...(record.cookies ?? [])]),
    ...(partition !== undefined && { partition }),
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  state.apply({ kind: 'lead', lead });
  return { status: before === undefined ? 'CREATED' : 'UPDATED', lead };
};
