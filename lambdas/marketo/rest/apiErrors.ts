import { marketoLimits } from '../../limits.ts';
import type { Verdict } from '../marketoTypes.ts';
import type { RetryPolicy } from '../errorRules.ts';
import type { LeadRules } from './leadRules.ts';
import { verdictFor } from '../errorRules.ts';
import { blamedFields, namedFields } from './names.ts';
import type { ByIdReason, RestErrorRule } from './restErrorRules.ts';
import { restErrorRules } from './restErrorRules.ts';

/** What an error of a call, or a reason of a record, says. */
export interface ApiError {
  readonly code?: string;
  /** May quote field values: for reading names out of it, never for a log or a verdict. */
  readonly text: string;
}

interface Sent {
  /** The fields that the errors can be about: REST name → name in the update. */
  readonly names: ReadonlyMap<string, string>;
  /** Whether they speak of one lead alone, so that a bad value can only be its. */
  readonly alone: boolean;
  /** What they are about, where some codes mean something else. */
  readonly about?: 'cookie' | 'activities' | 'relations' | 'imports' | 'lookup';
}

/** What stands in the way of something beside leads must not open the circuit breaker for all of them. */
const outsideLeads: Readonly<
  Record<
    'activities' | 'relations' | 'imports' | 'lookup',
    Partial<Readonly<Record<RetryPolicy, RetryPolicy>>>
  >
> = {
  activities: { credentials: 'retry', setup: 'retry' },
  relations: { credentials: 'retry', setup: 'retry' },
  imports: { credentials: 'retry', setup: 'retry' },
  lookup: { credentials: 'final', setup: 'final' },
};

const verdictOfOne = ({ code, text }: ApiError, { names, alone, about }: Sent): Verdict => {
  if (code === undefined)
    return { kind: 'retry', because: 'Marketo answered an error without a code' };
  const rule = restErrorRules.get(code);
  const retryPolicy =
    about === 'cookie' ? rule?.forCookie : about && rule && outsideLeads[about][rule.retryPolicy];
  return verdictFor(code, rule && retryPolicy ? { ...rule, retryPolicy } : rule, {
    unknown: () => namedFields(text, names),
    bad: (implied) => (alone ? blamedFields(text, names, implied) : []),
  });
};

/** What counts first where Marketo has several errors: what costs nothing, then what is certain. */
const order: readonly ((verdict: Verdict) => boolean)[] = [
  ({ kind }) => kind === 'unavailable',
  ({ kind }) => kind === 'refused',
  // An unknown field is remembered for all leads, so it must not be told together with a bad value.
  (verdict) => verdict.kind === 'field-refused' && verdict.unknown,
  ({ kind }) => kind === 'field-refused',
  () => true,
];

const together = (verdicts: readonly Verdict[]): Verdict | undefined => {
  const counts = order.find((counts) => verdicts.some(counts));
  const counting = counts ? verdicts.filter(counts) : [];
  const [first] = counting;
  if (first?.kind !== 'field-refused') return first;
  const fields = counting.flatMap((one) => (one.kind === 'field-refused' ? one.fields : []));
  return { ...first, fields: [...new Set(fields)] };
};

/** What a call means that Marketo refused with these errors. */
export const callVerdict = (apiErrors: readonly ApiError[], sent: Sent): Verdict =>
  together(apiErrors.map((apiError) => verdictOfOne(apiError, sent))) ??
  verdictOfOne({ text: '' }, sent);

/**
 * What a record means that Marketo did not write for these reasons. Whatever one record is told, the
 * call was worked on and the window stays open for the others: such a lead waits by itself.
 */
export const recordVerdict = (
  reasons: readonly ApiError[],
  names: ReadonlyMap<string, string>,
  oddStatus?: string,
): Verdict =>
  together(
    reasons.map((reason) => {
      const verdict = verdictOfOne(reason, { names, alone: true });
      return verdict.kind === 'unavailable' ? { kind: 'retry', because: verdict.because } : verdict;
    }),
  ) ?? {
    kind: 'retry',
    because:
      oddStatus === undefined
        ? 'Marketo skipped the lead without a reason'
        : `Marketo answered the status "${oddStatus}" for the lead, which it does not document`,
    attempts: marketoLimits.boundedAttempts,
  };

const aCookie: Sent = { names: new Map(), alone: true, about: 'cookie' };

/** What the errors about a lead's cookie mean; they name no fields, for none were sent. */
export const cookieVerdict = (apiErrors: readonly ApiError[]): Verdict =>
  callVerdict(apiErrors, aCookie);

/** What a request of activities means that Marketo refused with these errors. */
export const activitiesVerdict = (apiErrors: readonly ApiError[]): Verdict =>
  callVerdict(apiErrors, { names: new Map(), alone: false, about: 'activities' });

/** What a request of relations means that Marketo refused with these errors. */
export const relationsVerdict = (apiErrors: readonly ApiError[]): Verdict =>
  callVerdict(apiErrors, { names: new Map(), alone: false, about: 'relations' });

/** What a request of a bulk import means that Marketo refused with these errors. */
export const importVerdict = (apiErrors: readonly ApiError[]): Verdict =>
  callVerdict(apiErrors, { names: new Map(), alone: false, about: 'imports' });

/** What a search means that Marketo refused with these errors. */
export const lookupVerdict = (apiErrors: readonly ApiError[]): Verdict =>
  callVerdict(apiErrors, { names: new Map(), alone: false, about: 'lookup' });

const hasRow = (
  reasons: readonly ApiError[],
  is: (row: RestErrorRule) => boolean | undefined,
): boolean =>
  reasons.some(({ code }) => {
    const row = code === undefined ? undefined : restErrorRules.get(code);
    return row !== undefined && is(row);
  });

/** Whether Marketo's queue of imports is full. */
export const isQueueFull = (apiErrors: readonly ApiError[]): boolean =>
  hasRow(apiErrors, ({ isOfQueue }) => isOfQueue);

/** Whether Marketo does not know the job that the address names. */
export const isJobUnknown = (apiErrors: readonly ApiError[]): boolean =>
  apiErrors.some(({ code }) => code !== undefined && ['610', '702', '1003', '1013'].includes(code));

/** Whether a call was refused for the field by which it finds leads. */
export const isLookupRefused = (apiErrors: readonly ApiError[], lookup: string): boolean =>
  !['email', 'id'].includes(lookup) && hasRow(apiErrors, ({ isOfLookup }) => isOfLookup);

/** Why the lead of a refused record may be found by its id, and updated; `undefined`: it may not. */
export const byIdReasonIn = (
  reasons: readonly ApiError[],
  { leads, duplicates, partition }: LeadRules,
): ByIdReason | undefined => {
  if (leads === 'createOnly') return undefined;
  if (duplicates !== 'refuse' && hasRow(reasons, ({ byId }) => byId === 'duplicates'))
    return 'duplicates';
  // Where no partition was named, the lead's own one is closed to us by any key.
  return partition !== undefined && hasRow(reasons, ({ byId }) => byId === 'partition')
    ? 'partition'
    : undefined;
};

interface RefusedRecord {
  readonly names: ReadonlyMap<string, string>;
  readonly isById: boolean;
  readonly leads: LeadRules['leads'];
  readonly oddStatus: string | undefined;
}

/** What a record of Sync Leads means that Marketo did not write for these reasons. */
export const leadVerdict = (
  reasons: readonly ApiError[],
  { names, isById, leads, oddStatus }: RefusedRecord,
): Verdict => {
  const verdict = recordVerdict(reasons, names, oddStatus);
  if (verdict.kind !== 'refused') return verdict;
  const { because } = verdict;
  if (isLeadGone(reasons)) {
    if (isById)
      // Deleted or merged: its e-mail has to find it, or make it anew.
      return { kind: 'retry', because, isLeadGone: true };
    if (leads === 'updateOnly')
      return {
        ...endsBySetting,
        because: 'Marketo does not have the lead, and marketo.leads is updateOnly',
      };
  }
  return leads === 'createOnly' && hasRow(reasons, ({ isThere }) => isThere)
    ? { ...endsBySetting, because: isThereAlready }
    : verdict;
};

const endsBySetting = { kind: 'refused', isOfLead: true, isBySetting: true } as const;

/** Why a lead that Marketo has is left alone. */
export const isThereAlready = 'the lead exists already, and marketo.leads is createOnly';

/** Whether a record was to make a lead that Marketo has already. */
export const isThere = (reasons: readonly ApiError[]): boolean =>
  hasRow(reasons, (row) => row.isThere);

/** Whether the lead of a record was deleted, or merged into another one. */
export const isLeadGone = (reasons: readonly ApiError[]): boolean =>
  hasRow(reasons, (row) => row.isLeadGone);
