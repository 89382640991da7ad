import type { Fault } from '../faults.ts';
import type { Reason } from '../refusal.ts';
import { rules } from '../rules.ts';
import type { BadValueWording } from '../schema/shape.ts';

/** Marketo's texts of the codes that stand in an answer without a value of their own. */
const meanings: Readonly<Record<string, string>> = {
  500: 'Internal Server error',
  502: 'Bad Gateway',
  600: 'Access token not specified',
  601: 'Access token invalid',
  602: 'Access token expired',
  603: 'Access denied',
  604: 'Request time-out',
  605: 'HTTP Method not supported',
  606: `Max rate limit '${rules.rateCalls}' exceeded with in '${rules.rateWindowMs / 1_000}' secs`,
  607: 'Daily quota reached',
  608: 'API Temporarily Unavailable',
  609: 'Invalid JSON',
  610: 'Requested resource not found',
  611: 'System error',
  612: 'Invalid Content Type',
  613: 'Invalid Multipart Request',
  614: 'Invalid Subscription',
  615: 'Concurrent access limit reached',
  616: 'Invalid subscription type',
  702: 'No data found for a given search scenario',
  703: 'The feature is not enabled for the subscription',
  704: 'Invalid date format',
  709: 'Business Rule Violation',
  713: 'Transient Error',
  719: 'Lock wait timeout exception',
  1003: 'Invalid data',
  1004: 'Lead not found',
  1005: 'Lead already exists',
  1007: 'Multiple leads match the lookup criteria',
  1009: 'Partition name must be specified',
  1010: 'Partition update not allowed',
  1013: 'Object not found',
  1017: 'Object already exists',
  1018: 'CRM Enabled',
  1021: 'Company update not allowed',
  1022: 'Object in use',
  1025: 'Program status not found',
  1037: 'Lead skipped because it is already in or past this status',
  1049: 'Failed to Create Activity',
  1080: 'Merge Leads with more than 25 ids in leadIds',
};

/** One entry of `errors` or `reasons`. */
export interface CodedError {
  readonly code: string;
  readonly message: string;
}

export const coded = (code: string, message?: string): CodedError => ({
  code,
  message: message || (meanings[code] ?? 'Unknown error'),
});

/** A call that is answered with `success: false`. */
export class RestError extends Error {
  readonly error: CodedError;

  constructor(code: string, message?: string) {
    const error = coded(code, message);
    super(`${error.code} ${error.message}`);
    this.name = 'RestError';
    this.error = error;
  }
}

export const missing = (parameter: string): CodedError =>
  coded('1002', `Missing value for the required parameter '${parameter}'`);

export const badValue = (field: string, value: string): CodedError =>
  coded('1003', `Invalid value for field '${field}' and value '${value}'`);

export const unknownField = (name: string): CodedError =>
  coded('1006', `Field '${name}' not found`);

const badValues: Readonly<
  Record<BadValueWording, (names: readonly [string, ...string[]], value: string) => CodedError>
> = {
  value: ([field], value) => badValue(field, value),
  fields: (names) => coded('1003', `Invalid fields [${names.join(', ')}]`),
  unquoted: ([field], value) => coded('1003', `Invalid value ${value} for field ${field}`),
  none: () => coded('1003'),
};

/** How an instance speaks of fields. */
export interface Wording {
  /** The REST name of a kept field. */
  readonly nameOf: (key: string) => string;
  readonly badValue: BadValueWording;
}

const plainWording: Wording = { nameOf: (key) => key, badValue: 'value' };

const filledIn = (message: string, names: readonly string[], value: string): string =>
  message
    .replaceAll('{fields}', names.join(', '))
    .replaceAll('{field}', names[0] ?? '')
    .replaceAll('{value}', value);

/**
 * A reason in REST's words. The lock rule is no rule of Marketo's, so it borrows a code that no
 * call of ours can get from Marketo (1022 is about deleting), and that no client takes for success.
 */
export const errorsOf = (
  reason: Reason,
  { nameOf, badValue: badValueWording }: Wording = plainWording,
): readonly [CodedError, ...CodedError[]] => {
  switch (reason.kind) {
    case 'worded':
      return [coded(reason.code, reason.message)];
    case 'unknown-fields': {
      const [first = '', ...more] = reason.names;
      return [unknownField(first), ...more.map(unknownField)];
    }
    case 'bad-value': {
      const others = reason.others.map(nameOf);
      return [badValues[badValueWording]([nameOf(reason.field), ...others], reason.value)];
    }
    case 'refused-field': {
      const { code, message = '', fields, value } = reason;
      const [first = '', ...more] = fields.map(nameOf);
      if (message === '' && code === '1003') {
        return [badValues[badValueWording]([first, ...more], value)];
      }
      return [coded(code, filledIn(message, [first, ...more], value))];
    }
    case 'no-key':
      return [missing('email')];
    case 'too-many-leads':
      return [coded('1003', `Invalid data: more than ${reason.most} records`)];
    case 'lead-not-found':
      return [coded('1004')];
    case 'locked':
      return [coded('1022', 'Object in use: Exceeded lock attempts')];
    case 'rate':
      return [coded('606')];
    case 'at-once':
      return [coded('615')];
    case 'quota':
      return [coded('607')];
  }
};

const beforeWork = new Set(
  '600 601 602 603 605 606 607 608 609 610 612 614 615 1002 1004 1005 1006 1007 1008 1009 1010 1011'.split(
    ' ',
  ),
);

/**
 * Whether an injected answer is one that Marketo gives before it works on a lead. Of plain HTTP
 * statuses only 401, 413, 414 and 429 say so; a client cannot know it of any other.
 */
export const refusesBeforeWork = ({ code, status, drop }: Fault): boolean =>
  drop === undefined &&
  (code === undefined ? [401, 413, 414, 429].includes(status ?? 0) : beforeWork.has(code));
