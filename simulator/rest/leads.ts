import type { EachRequest } from '../each.ts';
import type { Reason } from '../refusal.ts';
import { rules } from '../rules.ts';
import type { Lead } from '../state.ts';
import type { LeadRecord, SyncResult } from '../sync.ts';
import { badValue, coded, errorsOf, RestError } from './codes.ts';
import type { RestFields } from './fields.ts';
import { restFields } from './fields.ts';
import type { Operation } from './operation.ts';
import type { Lookup } from './records.ts';
import { readRecord } from './records.ts';
import type { JsonObject } from './request.ts';
import { raised, readBody, readInput, shown } from './request.ts';

const actions = ['createOrUpdate', 'createOnly', 'updateOnly', 'createDuplicate'] as const;
type Action = (typeof actions)[number];

const members = ['action', 'lookupField', 'partitionName', 'asyncProcessing', 'input'];

const readAction = ({ action = 'createOrUpdate' }: JsonObject): Action => {
  const known = actions.find((one) => one === action);
  if (known === undefined) throw raised(badValue('action', shown(action)));
  return known;
};

/** Marketo looks leads up by more fields; this destination needs no other. */
const readLookup = ({ lookupField = 'email' }: JsonObject): Lookup => {
  if (lookupField === 'email' || lookupField === 'id') return lookupField;
  throw new RestError('1011', `Field '${shown(lookupField)}' not supported`);
};

const readPartition = ({ partitionName }: JsonObject): string | undefined => {
  if (partitionName === undefined || typeof partitionName === 'string') return partitionName;
  throw raised(badValue('partitionName', shown(partitionName)));
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
const judgeAction = (action: Action, { id }: LeadRecord, found: readonly Lead[]) => {
  if (action === 'createDuplicate') return undefined;
  if (action === 'createOnly') return found.length > 0 ? '1005' : undefined;
  if (found.length > 1) return '1007';
  return found.length === 0 && (action === 'updateOnly' || id !== undefined) ? '1004' : undefined;
};

const resultOf = (result: SyncResult, { nameOf }: RestFields): object =>
  result.status === 'FAILED'
    ? { status: 'skipped', reasons: errorsOf(result.reason, nameOf) }
    : { id: result.lead.id, status: result.status.toLowerCase() };

/** Sync Leads: `POST /rest/v1/leads.json` */
export const syncLeads: Operation = async (simulator, turn, request) => {
  const body = readBody(request);
  checkMembers(body);
  const action = readAction(body);
  const lookup = readLookup(body);
  const partition = readPartition(body);
  const [home = 'Default'] = simulator.partitions;
  const fields = restFields(simulator.fields);
  const input = readInput(body, rules.leadsPerCall);

  const judge = (record: LeadRecord, found: readonly Lead[]): Reason | undefined => {
    const worded = (code: string, message?: string): Reason => ({
      kind: 'worded',
      ...coded(code, message),
    });
    if (partition !== undefined && !simulator.partitions.includes(partition)) {
      return worded('1008', `Access denied to partition '${partition}'`);
    }
    const code = judgeAction(action, record, found);
    if (code !== undefined) return worded(code);
    const elsewhere = found.some((lead) => (lead.partition ?? home) !== (partition ?? home));
    return partition !== undefined && elsewhere ? worded('1010') : undefined;
  };

  const sync: EachRequest = {
    records: input.map((record) => readRecord(record, lookup, fields)),
    byEmail: action !== 'createDuplicate',
    ...(partition !== undefined && partition !== home && { partition }),
    fields: fields.byKey,
    judge,
  };
  const results = await turn.syncEach(sync);
  return { result: results.map((result) => resultOf(result, fields)) };
};
