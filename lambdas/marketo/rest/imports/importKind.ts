import { byCodeUnit } from '../../text.ts';
import type { Update } from '../../marketoTypes.ts';
import type { LeadRules } from '../leadRules.ts';
import { jsonValue, lookupValueOf, requestKeyOf, sentNames } from '../record.ts';
import { refusalOf } from '../upsert.ts';
import { csvLine } from './csv.ts';

/** What all rows of a file have in common. */
interface ImportKind {
  /** The field that finds their leads; it stands in the first column. */
  readonly lookup: string;
  readonly partition?: string;
  /** REST names. */
  readonly columns: readonly string[];
}

export const kindIn = (text: string): ImportKind => JSON.parse(text) as ImportKind;

const lookupTextOf = (update: Update, lookup: string): string => {
  if (lookup === 'id') return String(update.marketoId ?? '');
  return lookupValueOf(update, lookup) ?? '';
};

/** The cells of an update by REST name; `undefined` where one of them would be empty. */
const cellsOf = (update: Update, lookup: string): ReadonlyMap<string, string> | undefined => {
  const values = new Map(update.fields.map(({ name, value }) => [name, value]));
  const cells = new Map([[lookup, lookupTextOf(update, lookup)]]);
  if (update.email !== '') cells.set('email', update.email);
  for (const [restName, name] of sentNames(update)) {
    if (cells.has(restName)) continue;
    const value = jsonValue(values.get(name) ?? null);
    cells.set(restName, value === null ? '' : String(value));
  }
  return [...cells.values()].every((cell) => cell.trim() !== '') ? cells : undefined;
};

/** The kind of file that can carry an update whole, as text; `undefined`: it has to go by Sync Leads. */
export const kindOf = (update: Update, rules: LeadRules): string | undefined => {
  // A file creates or updates, and cannot tell values that are for new leads only.
  if (rules.leads !== 'createOrUpdate' || update.newOnly !== undefined) return undefined;
  if (update.fields.length === 0 || update.company !== undefined) return undefined;
  if (refusalOf(update, rules)) return undefined;
  const { lookup, partition } = requestKeyOf(update, rules);
  const cells = cellsOf(update, lookup);
  if (cells === undefined) return undefined;
  const [first = '', ...others] = cells.keys();
  const columns = [first, ...others.sort(byCodeUnit)];
  const kind: ImportKind = { lookup, ...(partition !== undefined && { partition }), columns };
  return JSON.stringify(kind);
};

/** The update as a row of a file of its kind. */
export const rowOf = (update: Update, kind: string): string => {
  const { lookup, columns } = kindIn(kind);
  const cells = cellsOf(update, lookup);
  return csvLine(columns.map((name) => cells?.get(name) ?? ''));
};

/** What finds the lead of a row, as Marketo compares it. */
export const keyOf = (update: Update, kind: string): string =>
  lookupTextOf(update, kindIn(kind).lookup).trim().toLowerCase();
