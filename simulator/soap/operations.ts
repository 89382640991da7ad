import { tokenOfCookie, isToken } from '../cookie.ts';
import { Refusal } from '../refusal.ts';
import type { Simulator } from '../simulator.ts';
import type { SyncRequest } from '../sync.ts';
import type { Turn } from '../turn.ts';
import { faultOfRefusal, SoapFault } from './codes.ts';
import { readRecord, writeRecord } from './records.ts';
import { readArray, readBoolean, readSequence } from './sequence.ts';
import type { Element } from './xml.ts';

/** Reads its parameters, does its work in the turn, and gives the `result` of its answer. */
type Operation = (simulator: Simulator, turn: Turn, params: Element) => Promise<object>;

const readCookie = (cookie: Element | undefined, munchkinId: string): string | undefined => {
  if (cookie === undefined || cookie.text === '') return undefined;
  const token = tokenOfCookie(cookie.text, munchkinId);
  if (token !== undefined) return token;
  throw new SoapFault('20110', `marketoCookie must look like id:${munchkinId}&token:_mch-…`);
};

const syncLead: Operation = async (simulator, turn, params) => {
  const { leadRecord, returnLead, marketoCookie } = readSequence(params, [
    { name: 'leadRecord', missing: '20104' },
    { name: 'returnLead', missing: '20109' },
    { name: 'marketoCookie', nillable: true },
  ]);
  const withLead = returnLead !== undefined && readBoolean(returnLead);
  const cookie = readCookie(marketoCookie, simulator.options.munchkinId);
  const request: SyncRequest = {
    records: leadRecord === undefined ? [] : [readRecord(leadRecord)],
    ...(cookie !== undefined && { cookie }),
    byEmail: true,
  };
  const [result] = await turn.sync(request);
  if (result === undefined) throw new Error('a sync of one record gave no result');
  if (result.status === 'FAILED') throw new Refusal(result.reason);
  const { lead, status } = result;
  return {
    leadId: lead.id,
    syncStatus: { leadId: lead.id, status, error: null },
    leadRecord: withLead ? writeRecord(lead, simulator.fields) : null,
  };
};

const syncMultipleLeads: Operation = async (_simulator, turn, params) => {
  const { leadRecordList, dedupEnabled } = readSequence(params, [
    { name: 'leadRecordList', missing: '20104' },
    { name: 'dedupEnabled', nillable: true },
  ]);
  const byEmail = dedupEnabled !== undefined && readBoolean(dedupEnabled);
  const records = readArray(leadRecordList, 'leadRecord').map(readRecord);
  const results = await turn.sync({ records, byEmail });
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

/** Types of the WSDL whose leads nobody made here; a search by one finds none. */
const foreignKeys = /^(LEADOWNEREMAIL|SFDC(ACCOUNTID|CONTACTID|LEADID|LEADOWNERID|OPPTYID))$/;

const getLead: Operation = async (simulator, turn, params) => {
  const { leadKey } = readSequence(params, [{ name: 'leadKey', missing: '20101' }]);
  const key =
    leadKey &&
    readSequence(leadKey, [
      { name: 'keyType', missing: '20101' },
      { name: 'keyValue', missing: '20101' },
    ]);
  const type = key?.keyType?.text ?? '';
  const value = key?.keyValue?.text ?? '';
  const look = (): ReturnType<Simulator['find']> => {
    if (type === 'EMAIL') return simulator.find('email', value);
    if (type === 'IDNUM') return simulator.find('id', value);
    if (type === 'COOKIE') {
      const token = isToken(value) ? value : tokenOfCookie(value, simulator.options.munchkinId);
      return token === undefined ? undefined : simulator.find('cookie', token);
    }
    if (!foreignKeys.test(type)) throw new SoapFault('20102', `${type} is no keyType`);
    return undefined;
  };
  const lead = await turn.unlocked(look);
  if (lead === undefined) throw new Refusal({ kind: 'lead-not-found', by: type, value });
  return { count: 1, leadRecordList: { leadRecord: writeRecord(lead, simulator.fields) } };
};

/** When the fields were last changed: they never are. */
const fieldsSince = '2010-01-01T00:00:00+00:00';

const describeMObject: Operation = async (simulator, turn, params) => {
  const { objectName } = readSequence(params, [{ name: 'objectName', missing: '20109' }]);
  if (objectName?.text !== 'LeadRecord') {
    throw new SoapFault('20110', 'objectName must be LeadRecord');
  }
  const field = await turn.unlocked(() =>
    [...simulator.fields.values()].map(({ name, label, dataType, length, readOnly, custom }) => ({
      name,
      description: null,
      displayName: label,
      sourceObject: 'Lead',
      dataType,
      size: length,
      isReadonly: readOnly,
      isUpdateBlocked: false,
      isName: null,
      isPrimaryKey: name === 'Id',
      isCustom: custom,
      isDynamic: false,
      dynamicFieldRef: null,
      updatedAt: fieldsSince,
    })),
  );
  const about = { name: 'LeadRecord', description: null, isCustom: false, isVirtual: false };
  return { metadata: { ...about, fieldList: { field }, updatedAt: fieldsSince } };
};

export const operations: ReadonlyMap<string, Operation> = new Map([
  ['syncLead', syncLead],
  ['syncMultipleLeads', syncMultipleLeads],
  ['getLead', getLead],
  ['describeMObject', describeMObject],
]);
