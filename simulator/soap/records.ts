import type { FieldTable } from '../fields.ts';
import type { Lead } from '../model.ts';
import type { LeadRecord } from '../sync.ts';
import { SoapFault } from './codes.ts';
import { readArray, readId, readSequence } from './sequence.ts';
import type { Element } from './xml.ts';

const foreignSystems = ['CUSTOM', 'SFDC', 'NETSUITE'];

/** Marketo's WSDL asks for ForeignSysType wherever ForeignSysPersonId stands. */
const readForeign = (id: Element | undefined, type: Element | undefined): string | undefined => {
  if (id === undefined || id.text === '') return undefined;
  if (type === undefined) {
    throw new SoapFault('20109', 'ForeignSysType is required with ForeignSysPersonId');
  }
  if (!foreignSystems.includes(type.text)) {
    throw new SoapFault('20110', `ForeignSysType must be one of ${foreignSystems.join(', ')}`);
  }
  return `${type.text}:${id.text}`;
};

const readAttribute = (attribute: Element): { name: string; value: string } => {
  const { attrName, attrValue } = readSequence(attribute, [
    { name: 'attrName', missing: '20109' },
    { name: 'attrType', nillable: true },
    { name: 'attrValue', missing: '20109' },
  ]);
  return { name: attrName?.text ?? '', value: attrValue?.text ?? '' };
};

/** A `leadRecord` of a request. Empty keys are none. */
export const readRecord = (record: Element): LeadRecord => {
  const children = readSequence(record, [
    { name: 'Id', nillable: true },
    { name: 'Email', nillable: true },
    { name: 'ForeignSysPersonId', nillable: true },
    { name: 'ForeignSysType', nillable: true },
    { name: 'leadAttributeList', nillable: true },
  ]);
  const foreign = readForeign(children.ForeignSysPersonId, children.ForeignSysType);
  const email = children.Email?.text;
  return {
    ...(children.Id && { id: readId(children.Id) }),
    ...(email !== undefined && email !== '' && { email }),
    ...(foreign !== undefined && { foreign }),
    fields: readArray(children.leadAttributeList, 'attribute').map(readAttribute),
  };
};

/** A `leadRecord` of an answer. */
export const writeRecord = (lead: Lead, fields: FieldTable): object => {
  const [type = null, ...id] = lead.foreign?.split(':') ?? [];
  return {
    Id: lead.id,
    Email: lead.email,
    ForeignSysPersonId: type === null ? null : id.join(':'),
    ForeignSysType: type,
    leadAttributeList: {
      attribute: Object.entries(lead.fields).flatMap(([attrName, attrValue]) => {
        const field = fields.soap.get(attrName);
        return field === undefined ? [] : [{ attrName, attrType: field.dataType, attrValue }];
      }),
    },
  };
};
