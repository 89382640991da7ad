import { createHash } from 'node:crypto';
import { rules } from '../rules.ts';
import { badValue } from './codes.ts';
import { raised } from './request.ts';

/** A token is the place where the page begins, and a check that it belongs to this search. */
const tokenFor = (search: string, place: number): string => {
  const check = createHash('sha256').update(`${search}:${place}`).digest('hex').slice(0, 32);
  return `${place.toString(36).toUpperCase()}-${check.toUpperCase()}======`;
};

const searchOf = (query: URLSearchParams): string =>
  ['filterType', 'filterValues'].map((name) => query.get(name) ?? '').join('&');

const placeOf = (query: URLSearchParams): number => {
  const token = query.get('nextPageToken') ?? '';
  if (token === '') return 0;
  const place = Number.parseInt(token, 36);
  if (token === tokenFor(searchOf(query), place)) return place;
  throw raised(badValue('nextPageToken', token));
};

const sizeOf = (query: URLSearchParams): number => {
  const given = query.get('batchSize') ?? '';
  if (given === '') return rules.recordsPerCall;
  if (/^[1-9]\d*$/.test(given)) return Math.min(Number(given), rules.recordsPerCall);
  throw raised(badValue('batchSize', given));
};

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken?: string;
  readonly moreResult?: true;
}

/**
 * The page of a result that `batchSize` (300 at most) and `nextPageToken` ask for. Throws 1003 for a
 * size that is no number, and for a token that this search did not get.
 */
export const page = <Item>(all: readonly Item[], query: URLSearchParams): Page<Item> => {
  const from = placeOf(query);
  const end = from + sizeOf(query);
  const items = all.slice(from, end);
  if (end >= all.length) return { items };
  return { items, nextPageToken: tokenFor(searchOf(query), end), moreResult: true };
};
