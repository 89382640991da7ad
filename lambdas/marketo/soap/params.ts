import { marketoLimits } from '../../limits.ts';
import type { FieldValue, Update } from '../marketoTypes.ts';
import { isById } from '../byId.ts';
import type { SoapOperation } from './wsdl.ts';
import { xmlText } from './xmlText.ts';

/** An operation and its parameters as the `soap` package writes them; all text is XML already. */
export interface SoapRequest {
  readonly operation: SoapOperation;
  readonly params: Readonly<Record<string, unknown>>;
}

/** `attrValue` may not be nil, and an empty one clears the field. */
const valueText = (value: FieldValue): string => (value === null ? '' : xmlText(String(value)));

const leadRecord = (update: Update): object => {
  const { email, fields, marketoId } = update;
  // The record's own Email decides which lead this is; a second one could contradict it. Beside an id,
  // which Marketo looks at first, only the attribute is sure to change the e-mail.
  const others = fields.filter(({ name }) => name !== 'Email');
  const attributes = isById(update) ? [{ name: 'Email', value: email }, ...others] : others;
  return {
    ...(isById(update) && { Id: String(marketoId) }),
    Email: xmlText(email),
    ...(attributes.length > 0 && {
      leadAttributeList: {
        attribute: attributes.map(({ name, value }) => ({
          attrName: xmlText(name),
          attrValue: valueText(value),
        })),
      },
    }),
  };
};

/**
 * One call as a request: syncLead for a lead alone, syncMultipleLeads otherwise. Throws for calls
 * that `planCalls` does not make: a cookie beside other leads would be lost without a word.
 */
export const syncRequest = (call: readonly Update[], munchkinId: string): SoapRequest => {
  const [first] = call;
  if (first !== undefined && call.length === 1) {
    const cookie = first.cookie && {
      marketoCookie: xmlText(`id:${munchkinId}&token:${first.cookie}`),
    };
    return {
      operation: 'syncLead',
      params: { leadRecord: leadRecord(first), returnLead: false, ...cookie },
    };
  }
  if (call.length === 0 || call.length > marketoLimits.leadsPerCall) {
    throw new RangeError(
      `A call takes 1 to ${marketoLimits.leadsPerCall} leads, not ${call.length}: send what plan() returns.`,
    );
  }
  if (call.some(({ cookie }) => cookie !== undefined)) {
    throw new TypeError(
      'Only a lead alone in its call can have a cookie: send what plan() returns.',
    );
  }
  return {
    operation: 'syncMultipleLeads',
    params: { leadRecordList: { leadRecord: call.map(leadRecord) }, dedupEnabled: true },
  };
};

/** Looks a lead up by its e-mail. */
export const getLeadRequest = (email: string): SoapRequest => ({
  operation: 'getLead',
  params: { leadKey: { keyType: 'EMAIL', keyValue: xmlText(email) } },
});

/** Asks which fields leads have. */
export const describeLeadRequest: SoapRequest = {
  operation: 'describeMObject',
  params: { objectName: 'LeadRecord' },
};
