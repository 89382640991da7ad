import type { Fault } from '../faults.ts';
import type { Refusal } from '../refusal.ts';

/** Marketo's fault codes that this server can answer with, and any it can be told to inject. */
const meanings: Readonly<Record<string, string>> = {
  10001: 'Internal Error',
  20011: 'Internal Error',
  20012: 'Request Not Understood',
  20013: 'Access Denied',
  20014: 'Authentication failed',
  20015: 'Request Limit Exceeded',
  20016: 'Request Expired',
  20017: 'Invalid Request',
  20019: 'Unsupported Operation',
  20022: 'Time range specified in query filter exceeded limit',
  20023: 'Rate Limit Exceeded',
  20024: 'Concurrency Limit Exceeded',
  20101: 'Lead Key Required',
  20102: 'Lead Key Bad',
  20103: 'Lead Not Found',
  20104: 'Lead Detail Required',
  20105: 'Lead Attribute Bad',
  20106: 'Lead Sync Failed',
  20107: 'Activity Key Bad',
  20108: 'Lead Owner Not Found',
  20109: 'Parameter Required',
  20110: 'Bad Parameter',
  20111: 'List Not Found',
  20113: 'Campaign Not Found',
  20114: 'Bad Parameter',
  20122: 'Bad Stream Position',
  20123: 'Stream at End',
};

/** What goes into a fault. `text` is the detail's message, without the code. */
export class SoapFault extends Error {
  readonly code: string;
  /** The short name of the code. */
  readonly meaning: string;
  readonly text: string;

  constructor(code: string, text?: string) {
    const meaning = meanings[code] ?? 'Unknown Error';
    super(`${code} ${meaning}`);
    this.name = 'SoapFault';
    this.code = code;
    this.meaning = meaning;
    this.text = text ?? meaning;
  }
}

/** The code and text of a refusal; `operation` stands in the texts as Marketo writes them. */
export const faultOfRefusal = ({ reason }: Refusal, operation: string): SoapFault => {
  const failed = `${operation} operation failed:`;
  switch (reason.kind) {
    case 'unknown-fields':
      return new SoapFault(
        '20105',
        `${failed} unknown fields for import: ${reason.names.join(', ')}`,
      );
    case 'bad-value':
      return new SoapFault(
        '20106',
        `${failed} Invalid value for field '${reason.field}' of type ${reason.dataType} and value '${reason.value}'`,
      );
    case 'refused-field': {
      const { message = `Invalid fields [${reason.fields.join(', ')}]`, fields, value } = reason;
      const filled = message
        .replaceAll('{fields}', fields.join(', '))
        .replaceAll('{field}', fields[0] ?? '')
        .replaceAll('{value}', value);
      return new SoapFault('20106', `${failed} ${filled}`);
    }
    case 'no-key':
      return new SoapFault(
        '20109',
        `${failed} at least one of Id, Email and ForeignSysPersonId is required`,
      );
    case 'too-many-leads':
      return new SoapFault('20110', `${failed} more than ${reason.most} leads`);
    case 'lead-not-found':
      return new SoapFault('20103', `No lead found with ${reason.by} = ${reason.value}`);
    case 'worded':
      return new SoapFault(reason.code, reason.message);
    case 'locked':
      return new SoapFault('20106', `${failed} Exceeded lock attempts`);
    case 'rate':
      return new SoapFault('20023');
    case 'at-once':
      return new SoapFault('20024');
    case 'quota':
      return new SoapFault('20015');
  }
};

const beforeWork = new Set(
  '20012 20013 20014 20015 20016 20017 20019 20023 20024 20101 20102 20103 20104 20105 20109 20110'.split(
    ' ',
  ),
);

/**
 * Whether an injected answer is one that Marketo gives before it works on a lead. Of plain HTTP
 * statuses only 401 and 429 say so; a client cannot know it of any other.
 */
export const refusesBeforeWork = ({ code, status, drop }: Fault): boolean =>
  drop === undefined &&
  (code === undefined ? status === 401 || status === 429 : beforeWork.has(code));
