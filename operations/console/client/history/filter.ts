import type { HistoryFilter } from '../../../../lambdas/history/historyPorts.ts';
import type { HistoryOutcome } from '../../../../lambdas/history/types.ts';
import type { EventType } from '../../../../lambdas/segment/event.ts';
import type { EpochMs } from '../../../../lambdas/segment/time.ts';
import { outcomes } from './outcomes.ts';

const hourMs = 3_600_000;

/** Times to look back, by their names. */
export const ranges = {
  hour: { name: '1 h', ms: hourMs },
  day: { name: '24 h', ms: 24 * hourMs },
  week: { name: '7 d', ms: 7 * 24 * hourMs },
  month: { name: '30 d', ms: 30 * 24 * hourMs },
} as const;

export type Range = keyof typeof ranges;
export const rangeNames = Object.keys(ranges) as readonly Range[];

/** Types of events that people see. */
export const eventTypes = [
  'identify',
  'track',
  'page',
  'delete',
] as const satisfies readonly EventType[];

/** What stands in the fields of the filter. Empty texts ask for nothing. */
export interface Fields {
  readonly range: Range | 'all' | 'between';
  /** With `between`: epoch ms. */
  readonly from?: number;
  readonly to?: number;
  readonly outcome: HistoryOutcome | '';
  readonly type: EventType | '';
  readonly name: string;
  readonly source: string;
  readonly reason: string;
  readonly person: string;
  readonly messageId: string;
}

const nothing: Fields = {
  range: 'all',
  outcome: '',
  type: '',
  name: '',
  source: '',
  reason: '',
  person: '',
  messageId: '',
};

/** Shorter parts of a person are not looked for. */
export const personCharacters = 3;

/** What the API is asked for. A range counts from `now`. */
export const filterOf = (fields: Fields, now: number): HistoryFilter => {
  const { range, outcome, type, person } = fields;
  const text = (key: 'name' | 'source' | 'reason' | 'messageId') => {
    const value = fields[key].trim();
    return value === '' ? {} : { [key]: value };
  };
  // Moments of the page are the API's, which brands them.
  const moment = (at: number | undefined, key: 'from' | 'to') =>
    at === undefined ? {} : { [key]: at as EpochMs };
  const part = person.trim();
  return {
    ...(range === 'between'
      ? { ...moment(fields.from, 'from'), ...moment(fields.to, 'to') }
      : range !== 'all' && moment(now - ranges[range].ms, 'from')),
    ...(outcome !== '' && { outcomes: [outcome] }),
    ...(type !== '' && { type }),
    ...text('name'),
    ...text('source'),
    ...text('reason'),
    ...text('messageId'),
    ...(part.length >= personCharacters && { person: part }),
  };
};

const addressed = ['outcome', 'type', 'name', 'source', 'reason', 'range', 'from', 'to'] as const;

/** The part of an address that names this filter. Who is looked for never stands in an address. */
export const addressOf = (fields: Partial<Fields>): string => {
  const query = new URLSearchParams();
  for (const key of addressed) {
    const value = fields[key];
    if (value !== undefined && value !== '') query.set(key, String(value));
  }
  return query.toString();
};

/** The filter that an address names. What it does not know is left out. */
export const fieldsIn = (address: string): Fields => {
  const query = new URLSearchParams(address);
  const moment = (key: 'from' | 'to') => {
    const at = Number(query.get(key) ?? NaN);
    return Number.isSafeInteger(at) && at >= 0 ? { [key]: at } : {};
  };
  const oneOf = <Value extends string>(key: string, known: readonly Value[]): Value | undefined =>
    known.find((value) => value === query.get(key));
  return {
    ...nothing,
    range: oneOf('range', [...rangeNames, 'all', 'between']) ?? 'all',
    ...moment('from'),
    ...moment('to'),
    outcome: oneOf('outcome', outcomes) ?? '',
    type: oneOf('type', eventTypes) ?? '',
    name: query.get('name') ?? '',
    source: query.get('source') ?? '',
    reason: query.get('reason') ?? '',
  };
};
