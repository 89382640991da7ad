import type { Verdict } from '../marketoTypes.ts';
import type { ErrorRule } from '../errorRules.ts';
import { verdictFor } from '../errorRules.ts';
import type { Fault } from './faults.ts';
import { badValueNames, unknownNames } from './namedFields.ts';

const leadNotFound = '20103';

/** Every documented SOAP code. A new code is a new row; a code without a row is retried. */
export const soapErrorRules: ReadonlyMap<string, ErrorRule> = new Map([
  ['10001', { retryPolicy: 'bounded', because: 'Marketo had a severe internal error' }],
  ['20011', { retryPolicy: 'retry', because: 'Marketo’s API service failed' }],
  ['20012', { retryPolicy: 'final', because: 'Marketo did not understand the request' }],
  ['20013', { retryPolicy: 'credentials', because: 'Marketo blocks this user from the API' }],
  ['20014', { retryPolicy: 'credentials', because: 'Marketo does not accept the credentials' }],
  ['20015', { retryPolicy: 'day-used-up', because: 'the day’s quota of calls is used up' }],
  ['20016', { retryPolicy: 'sign-in', because: 'the signature was too old; compare the clocks' }],
  ['20017', { retryPolicy: 'final', because: 'a parameter of the request is missing' }],
  ['20018', { retryPolicy: 'final', because: 'Marketo could not decode the request' }],
  ['20019', { retryPolicy: 'final', because: 'Marketo does not offer the operation' }],
  ['20022', { retryPolicy: 'final', because: 'the time range of the query is too long' }],
  ['20023', { retryPolicy: 'throttled', because: 'too many calls in 20 seconds' }],
  ['20024', { retryPolicy: 'throttled', because: 'too many calls at once' }],
  ['20101', { retryPolicy: 'final', because: 'the lead key is missing' }],
  ['20102', { retryPolicy: 'final', because: 'the type of the lead key is not valid' }],
  [leadNotFound, { retryPolicy: 'final', isOfLead: true, because: 'no lead has this key' }],
  ['20104', { retryPolicy: 'final', because: 'the lead record is missing' }],
  ['20105', { retryPolicy: 'unknown-field', because: 'Marketo has no such field' }],
  ['20106', { retryPolicy: 'bounded', because: 'Marketo could not create or update the lead' }],
  ['20107', { retryPolicy: 'final', because: 'the activity type is not valid' }],
  ['20108', { retryPolicy: 'final', because: 'the lead owner does not exist' }],
  ['20109', { retryPolicy: 'final', because: 'a required parameter is missing' }],
  ['20110', { retryPolicy: 'final', because: 'a parameter is bad' }],
  ['20111', { retryPolicy: 'final', because: 'the list does not exist' }],
  ['20113', { retryPolicy: 'final', because: 'the campaign does not exist' }],
  ['20114', { retryPolicy: 'final', because: 'the value of a parameter is bad' }],
  ['20122', { retryPolicy: 'final', because: 'the stream position is bad' }],
  ['20123', { retryPolicy: 'final', because: 'the stream is at its end' }],
]);

/** Whether a new signature, at once, can put it right. */
export const isSignatureTooOld = ({ code }: Fault): boolean =>
  code !== undefined && soapErrorRules.get(code)?.retryPolicy === 'sign-in';

interface Sent {
  /** Names of all fields of the call; the verdict names no others. */
  readonly names: ReadonlySet<string>;
  /** Whether the fault speaks of one lead alone, so that a bad value can only be its. */
  readonly alone: boolean;
  /** It was found by its id: deleted or merged, its e-mail has to find it, or make it anew. */
  readonly isById?: boolean;
}

/** What a fault means for what was sent. */
export const verdictOf = (
  { code, text }: Fault,
  { names, alone, isById = false }: Sent,
): Verdict => {
  if (code === undefined)
    return { kind: 'retry', because: 'Marketo answered a fault without a code' };
  const verdict = verdictFor(code, soapErrorRules.get(code), {
    unknown: () => unknownNames(text, names),
    bad: (implied) => (alone ? badValueNames(text, names, implied) : []),
  });
  return isById && alone && code === leadNotFound && verdict.kind === 'refused'
    ? { kind: 'retry', because: verdict.because, isLeadGone: true }
    : verdict;
};
