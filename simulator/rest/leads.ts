import type { Reason } from '../refusal.ts';
import { rules } from '../rules.ts';
import type { Simulator } from '../simulator.ts';
import type { Lead } from '../model.ts';
import { valueOf } from '../leadIndex.ts';
import type { EachRequest } from '../records.ts';
import type { LeadRecord, SyncResult } from '../sync.ts';
import type { Wording } from './codes.ts';
import { badValue, coded, errorsOf, RestError } from './codes.ts';
import type { Operation } from './operation.ts';
import type { Partitions } from './partitions.ts';
import { partitionsOf } from './partitions.ts';
import type { Action } from './records.ts';
import { actions, readRecord, worded } from './records.ts';
import type { JsonObject } from './request.ts';
import { raised, readBody, readInput, shown } from './request.ts';

const members = ['action', 'lookupField', 'partitionName', 'asyncProcessing', 'input'];

const readAction = ({ action = 'createOrUpdate' }: JsonObject): Action => {
  const known = actions.find((one) => one === action);
  if (known === undefined) throw raised(badValue('action', shown(action)));
  return known;
};

export const readLookup = (
  { lookupField = 'email' }: JsonObject,
  { fields }: Simulator,
): string => {
  if (typeof lookupField === 'string' && fields.isSearchable(lookupField)) return lookupField;
  throw new RestError('1011', `Field '${shown(lookupField)}' not supported`);
};

const readPartition = ({ partitionName }: JsonObject, action: Action): string | undefined => {
  if (partitionName !== undefined && typeof partitionName !== 'string') {
    throw raised(badValue('partitionName', shown(partitionName)));
  }
  // Adobe: it works only where the action is createOnly or createOrUpdate.
  return action === 'createOnly' || action === 'createOrUpdate' ? partitionName : undefined;
};

const checkMembers = (body: JsonObject): void => {
  const unknown = Object.keys(body).find((name) => !members.includes(name));
  if (unknown !== undefined) {
    throw new RestError('1003', `Invalid data: no parameter is called '${unknown}'`);
  }
  // The answer to such a call says nothing of what became of its records.
  if (![undefined, false].includes(body['asyncProcessing'] as boolean | undefined)) {
    throw raised(badValue('asyncProcessing', shown(body['asyncProcessing'])));
  }
};

/** Which leads the action may meet. */
const judgeAction = (action: Action, found: readonly Lead[]): string | undefined => {
  if (action === 'createDuplicate') return undefined;
  if (action === 'createOnly') return found.length > 0 ? '1005' : undefined;
  if (found.length > 1) return '1007';
  return found.length === 0 && action === 'updateOnly' ? '1004' : undefined;
};

/** Whether the record changes a field of the company where the instance forbids it (code 1021). */
const changesCompany = (
  { schema: { company }, fields }: Simulator,
  record: LeadRecord,
  [lead]: readonly Lead[],
): boolean => {
  if (company.syncLeads === 'allowed') return false;
  if (!record.fields.some(({ name }) => company.fields.has(fields.restName(name)))) return false;
  if (company.syncLeads === 'refused') return true;
  const linked = record.fields.find(({ name }) => name === 'externalCompanyId')?.value;
  return (linked ?? lead?.fields['externalCompanyId'] ?? '') !== '';
};

/** The company that the record names where there is none, and the instance takes no such leads. */
const unknownCompany = (
  { schema: { company }, state }: Simulator,
  { fields }: LeadRecord,
): string | undefined => {
  if (company.unknownLinks === 'taken') return undefined;
  const named = fields.find(({ name }) => name === 'externalCompanyId')?.value ?? '';
  return named === '' || state.companyOf(named) ? undefined : named;
};

interface Lookup {
  readonly simulator: Simulator;
  readonly action: Action;
  /** The kept name of the field. */
  readonly lookup: string;
  readonly partitions: Partitions;
}

/** How a call, or a file, wants leads written. */
interface Writing {
  readonly action: Action;
  /** REST name of the field that leads are looked up by. */
  readonly lookup: string;
  /** The partition that it names. */
  readonly partition: string | undefined;
}

const valueIn = (record: LeadRecord, field: string): string =>
  (field === 'Email' ? record.email : undefined) ??
  record.fields.find(({ name }) => name === field)?.value ??
  '';

/** The leads that a record is about. */
const finder = ({ simulator, action, lookup, partitions }: Lookup) => {
  const { state, fields, schema } = simulator;
  const also = lookup === 'Email' ? schema.dedupeWith : [];
  const keys = also.map((name) => fields.rest.get(name)?.name ?? name);
  const isSame = (lead: Lead, record: LeadRecord): boolean =>
    keys.every((key) =>
      key === 'partition'
        ? partitions.of(lead) === partitions.target
        : (valueOf(lead, key) ?? '').toLowerCase() === valueIn(record, key).toLowerCase(),
    );
  const one = (lead: Lead | undefined): readonly Lead[] => (lead === undefined ? [] : [lead]);

  return (record: LeadRecord): readonly Lead[] => {
    if (action === 'createDuplicate') return [];
    if (lookup === 'Id') return one(simulator.leadOf(record.id ?? 0));
    if (lookup === 'cookies') return one(state.byCookie(record.cookies?.[0] ?? ''));
    const value = valueIn(record, lookup);
    const found = value === '' ? [] : state.allBy(lookup, value);
    return keys.length === 0 ? found : found.filter((lead) => isSame(lead, record));
  };
};

const resultOf = (result: SyncResult, wording: Wording): object =>
  result.status === 'FAILED'
    ? { status: 'skipped', reasons: errorsOf(result.reason, wording) }
    : { id: result.lead.id, status: result.status.toLowerCase() };

/** How these records are read and written, each for itself. */
export const writingOf = (simulator: Simulator, { action, lookup, partition }: Writing) => {
  const { fields, schema, options } = simulator;
  const partitions = partitionsOf(schema.partitions, partition);
  const recordRules = { action, lookup, fields, munchkinId: options.munchkinId };

  const judge = (record: LeadRecord, found: readonly Lead[]): Reason | undefined => {
    const code = judgeAction(action, found);
    const denied =
      partitions.deniedTarget ?? (found[0] ? partitions.denied(found[0]) : partitions.deniedHome);
    if (denied !== undefined)
      return worded(coded('1008', `Access denied to partition '${denied}'`));
    if (code !== undefined) return worded(coded(code));
    const isElsewhere = found.some((lead) => partitions.of(lead) !== partitions.target);
    if (partition !== undefined && isElsewhere) return worded(coded('1010'));
    const company = unknownCompany(simulator, record);
    if (company !== undefined) return worded(badValue('externalCompanyId', company));
    return changesCompany(simulator, record, found) ? worded(coded('1021')) : undefined;
  };

  const kept = fields.rest.get(lookup)?.name ?? lookup;
  return (input: readonly unknown[]): EachRequest => ({
    records: input.map((record) => readRecord(record, recordRules)),
    find: finder({ simulator, action, lookup: kept, partitions }),
    ...(partitions.target !== partitions.home && { partition: partitions.target }),
    judge,
  });
};

/** How an instance speaks of its fields over REST. */
export const wordingOf = ({ fields, schema }: Simulator): Wording => ({
  nameOf: (key) => fields.restName(key),
  badValue: schema.badValueWording,
});

/** Sync Leads: `POST /rest/v1/leads.json` */
export const syncLeads: Operation = async (simulator, turn, request) => {
  const body = readBody(request);
  checkMembers(body);
  const action = readAction(body);
  const lookup = readLookup(body, simulator);
  const partition = readPartition(body, action);
  const writing = writingOf(simulator, { action, lookup, partition });
  const wording = wordingOf(simulator);
  const input = readInput(body, rules.leadsPerCall);
  const results = await turn.syncEach(writing(input), wording.nameOf);
  return { result: results.map((result) => resultOf(result, wording)) };
};
