import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';

/**
 * Whether Marketo can be called at all, shared by all workers. While it cannot, one probe goes out
 * at a time and all other leads wait: an outage costs no lead an attempt.
 */
export interface Window {
  /** Failures in a row; 0 or absent: open. */
  readonly failures?: number;
  readonly closedSince?: EpochMs;
  readonly closedUntil?: EpochMs;
  /** Somebody probes, until then at the latest. */
  readonly probeUntil?: EpochMs;
  readonly because?: string;
  /** When an answer last synced a lead, to `syncedNoteMs`. */
  readonly syncedAt?: EpochMs;
}

export interface WindowTiming {
  readonly probeFirstMs: number;
  readonly probeLongestMs: number;
  /** A probe not heard of for this long has died with its worker. */
  readonly leaseMs: number;
  readonly longestDelayMs: number;
  readonly syncedNoteMs: number;
}

type Passage =
  | { readonly kind: 'open' }
  /** Write this window first; whoever succeeds makes the one call. */
  | { readonly kind: 'probe'; readonly window: Window }
  | { readonly kind: 'closed'; readonly until: EpochMs };

/** Whether a call may start now. */
export const passage = (window: Window, now: EpochMs, timing: WindowTiming): Passage => {
  if (!window.failures) return { kind: 'open' };
  const until = epochMs(Math.max(window.closedUntil ?? 0, window.probeUntil ?? 0));
  if (until > now) return { kind: 'closed', until };
  return { kind: 'probe', window: { ...window, probeUntil: epochMs(now + timing.leaseMs) } };
};

/** The window after a call that found Marketo unavailable. */
export const closed = (
  window: Window,
  now: EpochMs,
  because: string,
  random: number,
  timing: WindowTiming,
): Window => {
  // Calls that were in flight together fail together: that is one failure.
  const isSame = window.closedUntil !== undefined && window.closedUntil > now && !window.probeUntil;
  if (isSame) return window;
  const failures = (window.failures ?? 0) + 1;
  const wait = timing.probeFirstMs * 2 ** (failures - 1);
  // A quarter of jitter, so that instances which failed together do not probe together.
  const jittered = Math.min(timing.probeLongestMs, wait * (1 + random / 4));
  const closedUntil = epochMs(now + Math.ceil(jittered));
  const { closedSince = now, syncedAt } = window;
  return {
    failures,
    closedSince,
    closedUntil,
    because,
    ...(syncedAt !== undefined && { syncedAt }),
  };
};

/** The window after a call that Marketo answered; the same one where that is nothing new. */
export const answered = (
  window: Window,
  now: EpochMs,
  isSynced: boolean,
  { syncedNoteMs }: WindowTiming,
): Window => {
  const { failures, syncedAt } = window;
  const isNews = isSynced && (syncedAt === undefined || now - syncedAt >= syncedNoteMs);
  if (!failures && !isNews) return window;
  const at = isNews ? now : syncedAt;
  return at === undefined ? {} : { syncedAt: at };
};

/**
 * When a lead that finds the window closed comes back: spread over as long as it has been closed,
 * at most SQS's longest delay, so that an outage of days costs a message per lead and quarter hour.
 */
export const comeBackAt = (
  window: Window,
  until: EpochMs,
  now: EpochMs,
  random: number,
  timing: WindowTiming,
): EpochMs => {
  const spread = Math.min(timing.longestDelayMs, Math.max(0, now - (window.closedSince ?? now)));
  const last = Math.max(until, Math.min(now + timing.longestDelayMs, now + spread));
  return epochMs(Math.ceil(until + random * (last - until)));
};
