import { callLimits } from '../../lib/timing.ts';
import { noon } from '../support/mailboxes.ts';
import type { Rates } from './faults.ts';
import { everywhere } from './faults.ts';

const minuteMs = 60_000;
export const hoursMs = (hours: number): number => hours * 60 * minuteMs;

/** Events come for so long, and faults strike a little longer. */
const inputMs = 9 * minuteMs;
export const stormMs = 12 * minuteMs;

/** 23:54 in Chicago, where Marketo's day ends. */
const shortBeforeMidnight = noon + hoursMs(17.9);

/** What sets one world apart from another. */
export interface Character {
  readonly startsAt: number;
  readonly events: number;
  readonly inputMs: number;
  readonly people: number;
  readonly syncWorkers: number;
  /** How far each machine's clock may be off, either way. */
  readonly skewMs: number;
  readonly rates: Rates;
  readonly api: 'rest' | 'soap';
  readonly callLimits: {
    readonly perWindow: number;
    readonly windowMs: number;
    readonly dailyCalls: number;
  };
  readonly isQuotaShort: boolean;
  /** The longest that Marketo usually works on a call. */
  readonly worksForMs: number;
  /** Whether Marketo says which fields it has. */
  readonly describes: 'always' | 'never' | 'sometimes';
  /** Epoch ms between which it is down. */
  readonly down: { readonly from: number; readonly to: number } | undefined;
  /** The first of the people is one whom Marketo never takes. */
  readonly hasPoison: boolean;
  readonly holdMs: number;
}

/** Fewer calls than a world makes. */
const shortQuota = 30;

const described = ['always', 'never', 'sometimes'] as const;

/** The character that a seed gives; a dozen neighbouring seeds show about all there is. */
export const naturalCharacter = (seed: number): Character => {
  const every = (nth: number): boolean => seed % nth === 0;
  const number = Math.abs(seed);
  const api = every(3) ? 'rest' : 'soap';
  const isQuotaShort = every(6);
  const startsAt = isQuotaShort ? shortBeforeMidnight : noon;
  return {
    startsAt,
    events: 120,
    inputMs,
    people: 3 + (number % 3),
    syncWorkers: 2 + (number % 2),
    skewMs: 1_000,
    // Where no due message is lost, no lead may ever need the sweep.
    rates: { ...everywhere, lostDues: every(2) ? everywhere.lostDues : 0 },
    api,
    callLimits: {
      ...callLimits[api],
      ...(every(4) && { perWindow: api === 'rest' ? 5 : 1 }),
      ...(isQuotaShort && { dailyCalls: shortQuota }),
    },
    isQuotaShort,
    worksForMs: every(5) ? 90_000 : 20_000,
    describes: described[(number >> 1) % 3] ?? 'always',
    down: every(5) ? { from: startsAt + 3 * minuteMs, to: startsAt + 6 * minuteMs } : undefined,
    hasPoison: every(4),
    holdMs: every(7) ? 5 * minuteMs : hoursMs(30 * 24),
  };
};
