import type { EpochMs } from '../lambdas/segment/time.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time for somebody in a hurry: `27 s`, `4 min`, `3 h`, `12 days`. */
export const spanOf = (ms: number): string => {
  if (ms < 100 * secondMs) return `${Math.max(0, Math.ceil(ms / secondMs))} s`;
  if (ms < 100 * minuteMs) return `${Math.round(ms / minuteMs)} min`;
  if (ms < 48 * hourMs) return `${Math.round(ms / hourMs)} h`;
  return `${Math.round(ms / dayMs)} days`;
};

const clockOf = (at: EpochMs, now: EpochMs): string => {
  const text = new Date(at).toISOString();
  const time = `${text.slice(11, 19)} UTC`;
  return Math.abs(at - now) < dayMs / 2 ? time : `${text.slice(0, 10)} ${time}`;
};

/** A moment beside how far it is: `12:00:32 UTC (in 27 s)`, `11:59:00 UTC (60 s ago)`. */
export const momentOf = (at: EpochMs, now: EpochMs): string =>
  `${clockOf(at, now)} (${at > now ? `in ${spanOf(at - now)}` : `${spanOf(now - at)} ago`})`;

/** `1 field`, `2 fields`, `3 activities`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** `A, B and C`; of more than `most`, the first ones and how many there are besides. */
export const listOf = (all: readonly string[], max = 3): string => {
  const named = all.length > max ? all.slice(0, max) : all.slice(0, -1);
  const last = all.length > max ? `${all.length - max} more` : (all.at(-1) ?? '');
  return named.length === 0 ? last : `${named.join(', ')} and ${last}`;
};

/** A sentence of its own. */
export const sentence = (text: string): string =>
  text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
