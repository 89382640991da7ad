import { soapNameOf } from '../fieldsNames.ts';
import { standardFields } from '../standardFields.ts';
import type { RetryPolicy, ErrorRule } from '../errorRules.ts';

/** Fields of a lead's company, by their SOAP names: Adobe points to Sync Companies for them. */
const companyFields: readonly string[] = standardFields
  .filter(({ isCompany }) => isCompany)
  .map(soapNameOf);

/** Several leads have the key, or the lead is in another partition than the call named. */
export type ByIdReason = 'duplicates' | 'partition';

export interface RestErrorRule extends ErrorRule {
  /** Where the code means something else for a lead's cookie than for a call or a record. */
  readonly forCookie?: RetryPolicy;
  /** Marketo does not have the lead: its id is out of date, or no lead has its key. */
  readonly isLeadGone?: true;
  /** Of a whole call: Marketo finds no leads by the field that was named. */
  readonly isOfLookup?: true;
  /** Marketo's queue of imports is full. */
  readonly isOfQueue?: true;
  /** A lead has this key already. */
  readonly isThere?: true;
  /** Why the lead's id may find it where its key does not. */
  readonly byId?: ByIdReason;
}

/**
 * Every documented REST code (Adobe's tables of HTTP, response and record errors). A new code is a
 * new row; a code without a row is retried. Codes of calls that we do not make are final, should
 * Marketo ever answer one of them. What the level changes stands in `apiErrors.ts`.
 */
export const restErrorRules: ReadonlyMap<string, RestErrorRule> = new Map<string, RestErrorRule>([
  ['413', { retryPolicy: 'final', because: 'the call is larger than the 1 MB that Marketo takes' }],
  [
    '414',
    { retryPolicy: 'final', because: 'the address of the call is longer than Marketo takes' },
  ],
  ['500', { retryPolicy: 'outage', because: 'Marketo’s server had an internal error' }],
  ['502', { retryPolicy: 'outage', because: 'Marketo’s gateway had no answer' }],
  // Not in Adobe's tables, but answered where the header with the token got lost on the way.
  ['600', { retryPolicy: 'sign-in', because: 'the access token did not arrive' }],
  ['601', { retryPolicy: 'sign-in', because: 'Marketo does not accept its own access token' }],
  ['602', { retryPolicy: 'sign-in', because: 'the access token had expired' }],
  [
    '603',
    {
      retryPolicy: 'credentials',
      because:
        'the API user may not do this: give its role the permission Read-Write Lead, for custom activities Read-Write Activity, too, and look at the allowlist of IP addresses',
    },
  ],
  ['604', { retryPolicy: 'split', because: 'Marketo ran out of time for the call' }],
  ['605', { retryPolicy: 'setup', because: 'the address does not take this HTTP method' }],
  ['606', { retryPolicy: 'throttled', because: 'too many calls in 20 seconds' }],
  ['607', { retryPolicy: 'day-used-up', because: 'the day’s quota of calls is used up' }],
  ['608', { retryPolicy: 'outage', because: 'Marketo’s API is temporarily unavailable' }],
  ['609', { retryPolicy: 'final', because: 'Marketo could not read the request as JSON' }],
  [
    // Of a cookie's call, the address names the lead: one lead must not close the window for all.
    '610',
    {
      retryPolicy: 'setup',
      forCookie: 'final',
      isLeadGone: true,
      because: 'Marketo has nothing at the address: check the REST endpoint in the settings',
    },
  ],
  ['611', { retryPolicy: 'bounded', because: 'Marketo had an error that it does not explain' }],
  ['612', { retryPolicy: 'setup', because: 'Marketo did not get the request as JSON' }],
  [
    '613',
    { retryPolicy: 'setup', because: 'Marketo took the request for another kind of content' },
  ],
  ['614', { retryPolicy: 'outage', because: 'Marketo does not reach the subscription' }],
  ['615', { retryPolicy: 'throttled', because: 'too many calls at once' }],
  ['616', { retryPolicy: 'setup', because: 'the subscription does not include this call' }],
  ['701', { retryPolicy: 'final', because: 'a field that must not be empty is' }],
  ['702', { retryPolicy: 'final', because: 'Marketo found no data' }],
  ['703', { retryPolicy: 'setup', because: 'the feature is not enabled for the subscription' }],
  ['704', { retryPolicy: 'final', because: 'a date has a wrong format' }],
  ['709', { retryPolicy: 'final', because: 'a business rule of Marketo forbids it' }],
  ['710', { retryPolicy: 'final', because: 'the parent folder does not exist' }],
  ['711', { retryPolicy: 'final', because: 'the folder is of another type' }],
  ['712', { retryPolicy: 'final', because: 'person accounts cannot be merged here' }],
  ['713', { retryPolicy: 'retry', because: 'a resource of Marketo was not there for a moment' }],
  ['714', { retryPolicy: 'final', because: 'Marketo found no default record type' }],
  ['718', { retryPolicy: 'final', because: 'the external sales person does not exist' }],
  ['719', { retryPolicy: 'split', because: 'Marketo waited too long for a lock of its own' }],
  ['1001', { retryPolicy: 'final', because: 'a value is of another type than its field' }],
  ['1002', { retryPolicy: 'final', because: 'a required value is missing' }],
  ['1003', { retryPolicy: 'final', because: 'Marketo cannot take a value' }],
  [
    '1004',
    {
      retryPolicy: 'final',
      isLeadGone: true,
      isOfLead: true,
      because: 'Marketo does not have this lead any more',
    },
  ],
  [
    '1005',
    { retryPolicy: 'final', isOfLead: true, isThere: true, because: 'the lead exists already' },
  ],
  ['1006', { retryPolicy: 'unknown-field', because: 'Marketo has no such field' }],
  [
    '1007',
    {
      retryPolicy: 'final',
      isOfLead: true,
      byId: 'duplicates',
      because: 'several leads have this key: merge them in Marketo, or see the setting duplicates',
    },
  ],
  [
    '1008',
    {
      retryPolicy: 'final',
      isOfLead: true,
      byId: 'partition',
      because: 'the API user has no access to the lead’s partition',
    },
  ],
  [
    '1009',
    { retryPolicy: 'setup', because: 'this instance needs a partition named in the settings' },
  ],
  [
    '1010',
    {
      retryPolicy: 'final',
      isOfLead: true,
      byId: 'partition',
      because: 'the lead is in another partition',
    },
  ],
  [
    '1011',
    { retryPolicy: 'final', isOfLookup: true, because: 'Marketo does not support the field here' },
  ],
  ['1012', { retryPolicy: 'final', because: 'Marketo does not accept the cookie' }],
  [
    '1013',
    {
      retryPolicy: 'final',
      isLeadGone: true,
      isOfLead: true,
      because: 'Marketo does not have the object',
    },
  ],
  ['1014', { retryPolicy: 'bounded', because: 'Marketo failed to create the object' }],
  ['1015', { retryPolicy: 'final', because: 'the lead is not in the list' }],
  ['1016', { retryPolicy: 'retry', isOfQueue: true, because: 'too many imports are waiting' }],
  ['1017', { retryPolicy: 'final', because: 'the object exists already' }],
  ['1018', { retryPolicy: 'final', because: 'the instance’s CRM integration forbids it' }],
  ['1019', { retryPolicy: 'retry', because: 'an import into the list is running' }],
  ['1020', { retryPolicy: 'final', because: 'too many clones for one day' }],
  [
    '1021',
    {
      retryPolicy: 'final',
      implies: companyFields,
      because: 'the lead’s company cannot be changed through the lead',
    },
  ],
  ['1022', { retryPolicy: 'bounded', because: 'the object is in use' }],
  ['1025', { retryPolicy: 'final', because: 'the program status does not exist' }],
  ['1026', { retryPolicy: 'final', because: 'custom objects are not enabled' }],
  ['1027', { retryPolicy: 'final', because: 'there are too many activity types' }],
  ['1028', { retryPolicy: 'final', because: 'there are too many fields' }],
  ['1029', { retryPolicy: 'retry', isOfQueue: true, because: 'too many jobs are waiting' }],
  ['1035', { retryPolicy: 'final', because: 'the filter is not supported' }],
  ['1036', { retryPolicy: 'bounded', because: 'two records of the call had the same key' }],
  ['1037', { retryPolicy: 'final', because: 'Marketo skipped the lead for its status' }],
  ['1042', { retryPolicy: 'final', because: 'the date to run at is not valid' }],
  ['1048', { retryPolicy: 'final', because: 'the draft could not be discarded' }],
  ['1049', { retryPolicy: 'final', because: 'the attributes of the activity are too long' }],
  ['1076', { retryPolicy: 'final', because: 'the merge would make a duplicate' }],
  ['1077', { retryPolicy: 'final', because: 'a field is too long for the merge' }],
  ['1078', { retryPolicy: 'final', because: 'the merge failed in the CRM' }],
  ['1079', { retryPolicy: 'final', because: 'the merge would give two leads one personal URL' }],
  ['1080', { retryPolicy: 'final', because: 'the merge names too many leads' }],
]);
