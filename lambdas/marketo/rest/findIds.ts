import { restLimits } from '../../limits.ts';
import { transportVerdict } from '../transport.ts';
import type { Verdict } from '../marketoTypes.ts';
import { foundLeads } from './restAnswers.ts';
import type { FoundLead } from './restAnswers.ts';
import type { RestCalled } from './restCaller.ts';
import { lookupVerdict } from './apiErrors.ts';
import type { LeadRules } from './leadRules.ts';

/** Asks Get Leads by Filter Type; the query stands in the body, so that no value of it is in an address. */
export type AskLeads = (query: string) => Promise<RestCalled>;

/** Why nothing is known of a value. */
export type NotFound =
  { readonly verdict: Exclude<Verdict, { kind: 'synced' }> } | { readonly notSent: string };

/** Of a key: all leads that have it, or why nothing is known of it. */
type Found = readonly FoundLead[] | NotFound;

export const isFound = (found: Found): found is readonly FoundLead[] => Array.isArray(found);

/** As Marketo compares keys. */
const keyOf = (value: string): string => value.trim().toLowerCase();

const queryOf = (field: string, values: readonly string[], nextPageToken?: string): string =>
  new URLSearchParams({
    filterType: field,
    filterValues: values.join(','),
    fields: [...new Set(['id', field, 'createdAt', 'updatedAt'])].join(','),
    batchSize: String(restLimits.leadsPerPage),
    ...(nextPageToken !== undefined && { nextPageToken }),
  }).toString();

const isTooMany = (called: RestCalled): boolean =>
  'complaints' in called && called.complaints.some(({ code }) => code === '1003');

const failureIn = (called: Exclude<RestCalled, { result: unknown }>): NotFound => {
  if ('notSent' in called) return called;
  const verdict = 'verdict' in called ? called.verdict : lookupVerdict(called.complaints);
  return verdict.kind === 'synced' ? { notSent: 'Marketo did not answer' } : { verdict };
};

/** All leads with these values, page by page. */
const askAll = async (
  field: string,
  values: readonly string[],
  ask: AskLeads,
): Promise<readonly FoundLead[] | NotFound | 'too many'> => {
  const leads: FoundLead[] = [];
  let token: string | undefined;
  for (let page = 0; page < restLimits.pagesPerLookup; page += 1) {
    const called = await ask(queryOf(field, values, token));
    if (isTooMany(called)) return 'too many';
    if (!('result' in called)) return failureIn(called);
    const found = foundLeads(called.result, field);
    if (!found) return { verdict: transportVerdict({ status: called.status }, 'a JSON answer') };
    leads.push(...found);
    token = called.nextPageToken;
    if (token === undefined) return leads;
  }
  return 'too many';
};

const hasComma = {
  kind: 'refused',
  because:
    'Marketo’s search takes no value with a comma: merge the leads in Marketo, or correct the value',
} as const;

/**
 * Looks leads up by values of one field: one request for 300 values and 300 leads, and more where
 * there are more. Marketo refuses a search that finds more than 1,000 leads: then each half is looked
 * up by itself. One that finds too many leads alone is absent.
 */
export const findLeads = async (
  field: string,
  values: readonly string[],
  ask: AskLeads,
): Promise<(value: string) => Found | undefined> => {
  const found = new Map<string, Found>();
  const search = async (some: readonly string[]): Promise<void> => {
    if (some.length === 0) return;
    const leads = await askAll(field, some, ask);
    if (leads === 'too many') {
      if (some.length === 1) return;
      const half = Math.ceil(some.length / 2);
      await search(some.slice(0, half));
      return search(some.slice(half));
    }
    const ofValue = (value: string): Found =>
      isFound(leads) ? leads.filter(({ key }) => keyOf(key) === value) : leads;
    for (const value of some) found.set(value, ofValue(value));
  };
  // A comma parts values, and Adobe documents no way to write one within a value.
  const [withComma, distinct] = [true, false].map((has) =>
    [...new Set(values.map(keyOf))].filter((value) => value.includes(',') === has),
  ) as [string[], string[]];
  for (const value of withComma) found.set(value, { verdict: hasComma });
  for (let at = 0; at < distinct.length; at += restLimits.filterValues)
    await search(distinct.slice(at, at + restLimits.filterValues));
  return (value) => found.get(keyOf(value));
};

/** The one of several leads that the settings name: changed last, or made first. */
export const chosenOf = (
  leads: readonly FoundLead[],
  duplicates: LeadRules['duplicates'],
): FoundLead | undefined => {
  if (duplicates === 'refuse') return leads.length === 1 ? leads[0] : undefined;
  const isBefore =
    duplicates === 'oldest'
      ? (a: FoundLead, b: FoundLead) => a.createdAt - b.createdAt || a.id - b.id
      : (a: FoundLead, b: FoundLead) => b.updatedAt - a.updatedAt || b.id - a.id;
  return leads.toSorted(isBefore)[0];
};
