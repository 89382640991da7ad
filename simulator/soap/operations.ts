import { Refusal } from '../refusal.ts';
import { SoapFault } from './codes.ts';
import { leadsByKey } from './keys.ts';
import { mergeLeads } from './merge.ts';
import type { Operation } from './operation.ts';
import { writeRecord } from './records.ts';
import { readSequence } from './sequence.ts';
import { syncLead, syncMultipleLeads } from './sync.ts';

const getLead: Operation = async (simulator, turn, { params }) => {
  const { leadKey } = readSequence(params, [{ name: 'leadKey', missing: '20101' }]);
  const key =
    leadKey &&
    readSequence(leadKey, [
      { name: 'keyType', missing: '20101' },
      { name: 'keyValue', missing: '20101' },
    ]);
  const type = key?.keyType?.text ?? '';
  const value = key?.keyValue?.text ?? '';
  const leads = await turn.unlocked(() => leadsByKey(simulator, type, value));
  if (leads.length === 0) throw new Refusal({ kind: 'lead-not-found', by: type, value });
  const leadRecord = leads.map((lead) => writeRecord(lead, simulator.fields));
  return { count: leads.length, leadRecordList: { leadRecord } };
};

/** When the fields were last changed: they never are. */
const fieldsSince = '2010-01-01T00:00:00+00:00';

const describeMObject: Operation = async (simulator, turn, { params }) => {
  const { objectName } = readSequence(params, [{ name: 'objectName', missing: '20109' }]);
  if (objectName?.text !== 'LeadRecord') {
    throw new SoapFault('20110', 'objectName must be LeadRecord');
  }
  const fields = await turn.unlocked(() => [...simulator.fields.soap]);
  const field = fields.map(([name, { label, dataType, length, readOnly, custom }]) => ({
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
  }));
  const about = { name: 'LeadRecord', description: null, isCustom: false, isVirtual: false };
  return { metadata: { ...about, fieldList: { field }, updatedAt: fieldsSince } };
};

/** A new operation is a file and its row here. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['syncLead', syncLead],
  ['syncMultipleLeads', syncMultipleLeads],
  ['getLead', getLead],
  ['describeMObject', describeMObject],
  ['mergeLeads', mergeLeads],
]);
