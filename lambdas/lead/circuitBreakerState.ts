import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadId } from './leadTypes.ts';

/*
 *   closed ── a call finds Marketo unavailable ──▶ open until `closedUntil`
 *     ▲                                              │ one probe at a time
 *     └──────────── a probe is answered ◀────────────┘ 30 s, doubling to 5 min
 */

/**
 * Whether Marketo can be called at all, shared by all workers. While it is open, one probe goes out at
 * a time and all other leads wait: an outage costs no lead an attempt. Names in the table are those of
 * version 0.1, which called an open breaker a closed window.
 */
export interface CircuitBreakerState {
  /** Failures in a row; 0 or absent: the breaker is closed, calls may go. */
  readonly failures?: number;
  /** When it opened. */
  readonly closedSince?: EpochMs;
  /** When the next probe may go. */
  readonly closedUntil?: EpochMs;
  /** Somebody probes, until then at the latest. */
  readonly probeUntil?: EpochMs;
  readonly because?: string;
  /** When an answer last synced a lead, to `syncedNoteMs`. */
  readonly syncedAt?: EpochMs;
  /** What came of leads since one failed for no reason that Marketo names; absent while none does. */
  readonly trouble?: Trouble;
}

interface Trouble {
  readonly since: EpochMs;
  /** Leads that failed, each once. */
  readonly failed: readonly LeadId[];
  /** Leads that went through. */
  readonly synced: number;
}

/** What an answer said of leads, each by itself. */
export interface LeadOutcomes {
  /** Those that failed for no reason that Marketo names. */
  readonly failed: readonly LeadId[];
  readonly synced: number;
}

export interface CircuitBreakerTiming {
  readonly probeFirstMs: number;
  readonly probeLongestMs: number;
  /** A probe not heard of for this long has died with its worker. */
  readonly leaseMs: number;
  readonly syncedNoteMs: number;
  /** Failures so far apart have nothing to do with each other; longer than any lead backs off. */
  readonly troubleMs: number;
}

/** So many leads have to fail, and so large a share of all, before it is Marketo that fails. */
const widespread = { leads: 5, share: 1 / 4 } as const;

/** The state with what an answer said of leads; the same one while all goes well. */
export const withOutcomes = (
  state: CircuitBreakerState,
  now: EpochMs,
  { failed, synced }: LeadOutcomes,
  { troubleMs }: Pick<CircuitBreakerTiming, 'troubleMs'>,
): CircuitBreakerState => {
  const { trouble, ...rest } = state;
  const isOver = trouble !== undefined && now - trouble.since >= troubleMs;
  const current = isOver ? undefined : trouble;
  if (current === undefined && failed.length === 0) return isOver ? rest : state;
  const { since = now, failed: before = [], synced: soFar = 0 } = current ?? {};
  const all = [...new Set([...before, ...failed])].slice(0, 10 * widespread.leads);
  return { ...rest, trouble: { since, failed: all, synced: soFar + synced } };
};

/**
 * Whether so many leads fail at once that it is not they who are to blame. A share of a quarter fails one
 * lead in 65,000 eight times in a row, however healthy it is.
 */
export const isWidespread = ({ trouble }: CircuitBreakerState): boolean =>
  trouble !== undefined &&
  trouble.failed.length >= widespread.leads &&
  trouble.failed.length >= widespread.share * (trouble.failed.length + trouble.synced);

type Permission =
  | { readonly kind: 'closed' }
  /** Write this state first; whoever succeeds makes the one call. */
  | { readonly kind: 'probe'; readonly state: CircuitBreakerState }
  | { readonly kind: 'open'; readonly retryAt: EpochMs };

/** Whether a call may start now. */
export const permissionOf = (
  state: CircuitBreakerState,
  now: EpochMs,
  timing: CircuitBreakerTiming,
): Permission => {
  if (!state.failures) return { kind: 'closed' };
  const retryAt = epochMs(Math.max(state.closedUntil ?? 0, state.probeUntil ?? 0));
  if (retryAt > now) return { kind: 'open', retryAt };
  return { kind: 'probe', state: { ...state, probeUntil: epochMs(now + timing.leaseMs) } };
};

/** The state after a call that found Marketo unavailable. */
export const tripped = (
  state: CircuitBreakerState,
  now: EpochMs,
  because: string,
  random: number,
  timing: CircuitBreakerTiming,
): CircuitBreakerState => {
  // Calls that were in flight together fail together: that is one failure.
  const isSame = state.closedUntil !== undefined && state.closedUntil > now && !state.probeUntil;
  if (isSame) return state;
  const failures = (state.failures ?? 0) + 1;
  const wait = timing.probeFirstMs * 2 ** (failures - 1);
  // A quarter of jitter, so that instances which failed together do not probe together.
  const jittered = Math.min(timing.probeLongestMs, wait * (1 + random / 4));
  const { closedSince = now, syncedAt, trouble } = state;
  return {
    failures,
    closedSince,
    closedUntil: epochMs(now + Math.ceil(jittered)),
    because,
    ...(syncedAt !== undefined && { syncedAt }),
    ...(trouble && { trouble }),
  };
};

/** The state after a call that Marketo answered; the same one where that is nothing new. */
export const reset = (
  state: CircuitBreakerState,
  now: EpochMs,
  isSynced: boolean,
  { syncedNoteMs }: CircuitBreakerTiming,
): CircuitBreakerState => {
  const { failures, syncedAt, trouble } = state;
  const isNews = isSynced && (syncedAt === undefined || now - syncedAt >= syncedNoteMs);
  if (!failures && !isNews) return state;
  const noted = isNews ? now : syncedAt;
  return { ...(noted !== undefined && { syncedAt: noted }), ...(trouble && { trouble }) };
};
