import type { Field } from './fields.ts';
import { lockKeys } from './lock.ts';
import type { Reason } from './refusal.ts';
import { Refusal } from './refusal.ts';
import type { Lead, State } from './state.ts';
import { isStorable, storedText } from './values.ts';

/** What a call says of one lead. An empty value clears its field. */
export interface LeadRecord {
  readonly id?: number;
  readonly email?: string;
  /** `<ForeignSysType>:<ForeignSysPersonId>` */
  readonly foreign?: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** What its API found wrong with it already. */
  readonly refused?: Reason;
}

export interface SyncRequest {
  readonly records: readonly LeadRecord[];
  /** The token of the visitor's cookie; only where the call is about one lead. */
  readonly cookie?: string;
  /** Whether an e-mail finds an existing lead. */
  readonly byEmail: boolean;
  /** Where new leads go; absent: the instance's first one. */
  readonly partition?: string;
}

export type SyncResult =
  | { readonly status: 'CREATED' | 'UPDATED'; readonly lead: Lead }
  | { readonly status: 'FAILED'; readonly reason: Reason };

export type FieldTable = ReadonlyMap<string, Field>;

/** Throws the Refusal of a call that Marketo refuses before it looks at any lead. */
export const checkRequest = (request: SyncRequest, fields: FieldTable, most: number): void => {
  if (request.records.length > most) throw new Refusal({ kind: 'too-many-leads', most });
  if (request.records.some(({ id, email, foreign }) => (id ?? email ?? foreign) === undefined)) {
    throw new Refusal({ kind: 'no-key' });
  }
  const names = new Set(request.records.flatMap((record) => record.fields.map(({ name }) => name)));
  const unknown = [...names].filter((name) => !fields.has(name));
  if (unknown.length > 0) throw new Refusal({ kind: 'unknown-fields', names: unknown });
};

/** The lead that a record is about, in Marketo's order: Id, ForeignSysPersonId, cookie, e-mail. */
const match = (state: State, record: LeadRecord, request: SyncRequest): Lead | undefined =>
  (record.id === undefined ? undefined : state.byId(record.id)) ??
  (record.foreign === undefined ? undefined : state.byForeign(record.foreign)) ??
  (request.cookie === undefined ? undefined : state.byCookie(request.cookie)) ??
  (record.email === undefined || !request.byEmail ? undefined : state.byEmail(record.email));

/** Every name of the lead that a record is about, for the lock. */
export const keysOf = (
  state: State,
  request: SyncRequest,
  record: LeadRecord,
): readonly string[] => [...lockKeys(record), ...lockKeys(match(state, record, request) ?? {})];

const badValue = (record: LeadRecord, fields: FieldTable): Reason | undefined => {
  const email = record.email === undefined ? [] : [{ name: 'Email', value: record.email }];
  for (const { name, value } of [...email, ...record.fields]) {
    const field = fields.get(name);
    if (field === undefined || field.readOnly) continue;
    if (!isStorable(field.dataType, field.length, value)) {
      return { kind: 'bad-value', field: name, dataType: field.dataType, value };
    }
  }
  return undefined;
};

/** Values of read-only fields are passed over; what Marketo does with them is not documented. */
const written = (
  before: Readonly<Record<string, string>>,
  record: LeadRecord,
  fields: FieldTable,
): Record<string, string> => {
  const values = new Map(Object.entries(before));
  for (const { name, value } of record.fields) {
    const field = fields.get(name);
    if (field === undefined || field.readOnly || name === 'Email') continue;
    if (value === '') values.delete(name);
    else values.set(name, storedText(field.dataType, value));
  }
  return Object.fromEntries(values);
};

const emailOf = (record: LeadRecord, before: Lead | undefined): string | null => {
  const given = record.fields.findLast(({ name }) => name === 'Email')?.value ?? record.email;
  return given === undefined ? (before?.email ?? null) : given || null;
};

/** Creates or updates the lead of one record; a record that cannot be stored changes nothing. */
export const syncRecord = (
  state: State,
  fields: FieldTable,
  request: SyncRequest,
  record: LeadRecord,
  now: number,
): SyncResult => {
  const before = match(state, record, request);
  if (record.id !== undefined && before?.id !== record.id) {
    const reason = { kind: 'lead-not-found', by: 'id', value: String(record.id) } as const;
    return { status: 'FAILED', reason };
  }
  const bad = badValue(record, fields);
  if (bad !== undefined) return { status: 'FAILED', reason: bad };
  const cookie = request.cookie === undefined ? [] : [request.cookie];
  const partition = before === undefined ? request.partition : before.partition;
  const lead: Lead = {
    id: before?.id ?? state.nextId(),
    email: emailOf(record, before),
    foreign: record.foreign ?? before?.foreign ?? null,
    fields: written(before?.fields ?? {}, record, fields),
    cookies: [...new Set([...(before?.cookies ?? []), ...cookie])],
    ...(partition !== undefined && { partition }),
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  state.apply({ kind: 'lead', lead });
  return { status: before === undefined ? 'CREATED' : 'UPDATED', lead };
};
