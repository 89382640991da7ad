import { tokenOfCookie } from '../cookie.ts';
import type { FieldTable } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import { rules } from '../rules.ts';
import type { Simulator } from '../simulator.ts';
import type { Lead } from '../model.ts';
import type { LeadRecord, SyncRequest, SyncResult } from '../sync.ts';
import type { Turn } from '../turn.ts';
import { faultOfRefusal, SoapFault } from './codes.ts';
import type { Operation } from './operation.ts';
import { readRecord, writeRecord } from './records.ts';
import { readArray, readBoolean, readSequence } from './sequence.ts';
import type { Element } from './xml.ts';

const readCookie = (cookie: Element | undefined, munchkinId: string): string | undefined => {
  if (cookie === undefined || cookie.text === '') return undefined;
  const token = tokenOfCookie(cookie.text, munchkinId);
  if (token !== undefined) return token;
  throw new SoapFault('20110', `marketoCookie must look like id:${munchkinId}&token:_mch-…`);
};

/** Throws the Refusal of a call that Marketo refuses before it looks at any lead. */
const check = (records: readonly LeadRecord[], fields: FieldTable): void => {
  const most = rules.leadsPerCall;
  if (records.length > most) throw new Refusal({ kind: 'too-many-leads', most });
  if (records.some(({ id, email, foreign }) => (id ?? email ?? foreign) === undefined)) {
    throw new Refusal({ kind: 'no-key' });
  }
  const names = new Set<string>();
  for (const record of records)
    for (const { name } of record.fields) if (!fields.soap.has(name)) names.add(name);
  if (names.size > 0) throw new Refusal({ kind: 'unknown-fields', names: [...names] });
};

const sync = (
  { fields }: Simulator,
  turn: Turn,
  request: SyncRequest,
): Promise<readonly SyncResult[]> => {
  turn.concerns(
    request.records.map(({ id, email, foreign }) => ({ id: id ?? foreign ?? '', email })),
  );
  check(request.records, fields);
  return turn.sync(request, (name) => name);
};

/** The lead that a record is about, in Marketo's order: Id, ForeignSysPersonId, cookie, e-mail. */
const matchByKey = (
  { leadOf, state }: Simulator,
  { id, foreign }: LeadRecord,
  cookie: string | undefined,
): Lead | undefined => {
  if (id !== undefined) return leadOf(id);
  return (
    (foreign === undefined ? undefined : state.byForeign(foreign)) ??
    (cookie === undefined ? undefined : state.byCookie(cookie))
  );
};

const finder =
  (simulator: Simulator, cookie: string | undefined, byEmail: boolean): SyncRequest['find'] =>
  (record) => {
    const lead = matchByKey(simulator, record, cookie);
    if (lead !== undefined) return [lead];
    const { id, email } = record;
    return id === undefined && email !== undefined && byEmail
      ? simulator.state.allBy('Email', email)
      : [];
  };

/**
 * The primary partition of the workspace that a call names. A lead that an e-mail does not find must
 * be in it (Adobe, syncLead); which fault it is otherwise, Adobe does not say.
 */
const partitionIn = (
  simulator: Simulator,
  workspace: string | undefined,
  record: LeadRecord,
  cookie: string | undefined,
): string | undefined => {
  if (workspace === undefined) return undefined;
  const { partitions } = simulator.schema;
  const primary = partitions.find((one) => one.workspace === workspace)?.name;
  if (primary === undefined) {
    throw new SoapFault('20110', `targetWorkspace: there is no workspace ${workspace}`);
  }
  const home = partitions[0]?.name;
  const lead = matchByKey(simulator, record, cookie);
  if (lead !== undefined && (lead.partition ?? home) !== primary) {
    throw new SoapFault('20106', `the lead is not in the primary partition of ${workspace}`);
  }
  return primary === home ? undefined : primary;
};

export const syncLead: Operation = async (simulator, turn, { params, workspace }) => {
  const { leadRecord, returnLead, marketoCookie } = readSequence(params, [
    { name: 'leadRecord', missing: '20104' },
    { name: 'returnLead', missing: '20109' },
    { name: 'marketoCookie', nillable: true },
  ]);
  const withLead = returnLead !== undefined && readBoolean(returnLead);
  const cookie = readCookie(marketoCookie, simulator.options.munchkinId);
  const record = leadRecord === undefined ? { fields: [] } : readRecord(leadRecord);
  const partition = partitionIn(simulator, workspace, record, cookie);
  const [result] = await sync(simulator, turn, {
    records: [record],
    ...(cookie !== undefined && { cookie }),
    ...(partition !== undefined && { partition }),
    find: finder(simulator, cookie, true),
  });
  if (result === undefined) throw new Error('a sync of one record gave no result');
  if (result.status === 'FAILED') throw new Refusal(result.reason);
  const { lead, status } = result;
  return {
    leadId: lead.id,
    syncStatus: { leadId: lead.id, status, error: null },
    leadRecord: withLead ? writeRecord(lead, simulator.fields) : null,
  };
};

export const syncMultipleLeads: Operation = async (simulator, turn, { params }) => {
  const { leadRecordList, dedupEnabled } = readSequence(params, [
    { name: 'leadRecordList', missing: '20104' },
    { name: 'dedupEnabled', nillable: true },
  ]);
  const byEmail = dedupEnabled !== undefined && readBoolean(dedupEnabled);
  const records = readArray(leadRecordList, 'leadRecord').map(readRecord);
  // Adobe: beside another key, an e-mail is written only where it stands among the attributes.
  const find = finder(simulator, undefined, byEmail);
  const results = await sync(simulator, turn, { records, find, emailOnlyFinds: true });
  const syncStatus = results.map((result, index) =>
    result.status === 'FAILED'
      ? {
          leadId: records[index]?.id ?? 0,
          status: result.status,
          error: faultOfRefusal(new Refusal(result.reason), 'syncMultipleLeads').text,
        }
      : { leadId: result.lead.id, status: result.status, error: null },
  );
  return { syncStatusList: { syncStatus } };
};
