import { Refusal } from './refusal.ts';

export interface LimitNumbers {
  readonly rateCalls: number;
  readonly rateWindowMs: number;
  readonly callsAtOnce: number;
  readonly callsPerDay: number;
  readonly quotaZone: string;
}

export interface Limits {
  /**
   * Lets a call in, or throws a Refusal; the result is to be called once, when the call is over.
   * All APIs count together; `callsPerDay` is the quota as the call's own API has it.
   */
  enter(now: number, callsPerDay?: number): () => void;
  /** What a restart remembers: a call was let in then. */
  restore(at: number): void;
  clear(): void;
}

/** Marketo's limits on calls. A call that a limit refuses counts towards none of them. */
export const createLimits = (numbers: LimitNumbers): Limits => {
  // YYYY-MM-DD, which sorts.
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: numbers.quotaZone, dateStyle: 'short' });
  // No zone changes its day or its offset within a quarter of an hour.
  const quarterMs = 900_000;
  let known = { quarter: Number.NaN, day: '' };
  const dayOf = (now: number): string => {
    const quarter = Math.floor(now / quarterMs);
    if (quarter !== known.quarter) known = { quarter, day: day.format(now) };
    return known.day;
  };
  let recent: number[] = [];
  let atOnce = 0;
  let quota = { day: '', calls: 0 };

  const count = (now: number): void => {
    recent.push(now);
    quota.calls += 1;
  };
  const turnTo = (now: number): void => {
    if (recent[0] !== undefined && now - recent[0] >= numbers.rateWindowMs)
      recent = recent.filter((at) => now - at < numbers.rateWindowMs);
    const today = dayOf(now);
    if (today > quota.day) quota = { day: today, calls: 0 };
  };

  return {
    enter: (now, callsPerDay = numbers.callsPerDay) => {
      turnTo(now);
      if (quota.calls >= callsPerDay) throw new Refusal({ kind: 'quota' });
      if (recent.length >= numbers.rateCalls) throw new Refusal({ kind: 'rate' });
      if (atOnce >= numbers.callsAtOnce) throw new Refusal({ kind: 'at-once' });
      count(now);
      atOnce += 1;
      return () => {
        atOnce -= 1;
      };
    },
    restore: (at) => {
      turnTo(at);
      count(at);
    },
    clear: () => {
      recent = [];
      quota = { day: '', calls: 0 };
    },
  };
};
