import type { Downtime } from './original.ts';

interface PatienceOptions {
  /** When the events come, in ms of the downtime's clock. */
  readonly moments: readonly number[];
  readonly down: Downtime;
  /** How long a message hides after a call that failed. */
  readonly visibilityMs: number;
  /** SQS gives a message up that was received so often (at most 1,000 with a redrive policy). */
  readonly maxReceiveCount: number;
  readonly retentionMs: number;
}

interface Endured {
  /** Events that no call carried: given up after so many receives, or older than the retention. */
  readonly lost: number;
  /** Calls that failed. */
  readonly callsInVain: number;
  readonly callsAtRecovery: number;
  /** From Marketo's return to the last message's next try. */
  readonly lastTryMs: number;
}

/**
 * The usual way with SQS through a downtime: each message is a call; one that fails hides its message
 * and tries again, until SQS gives it up. Locks are left out, which is kind: they cost receives, too.
 */
export const endure = (options: PatienceOptions): Endured => {
  const { moments, down, visibilityMs, maxReceiveCount, retentionMs } = options;
  const endured = { lost: 0, callsInVain: 0, callsAtRecovery: 0, lastTryMs: 0 };
  for (const at of moments) {
    if (at < down.from || at >= down.to) continue;
    const last = Math.min(down.to, at + retentionMs);
    const needed = Math.ceil((last - at) / visibilityMs);
    endured.callsInVain += Math.min(needed, maxReceiveCount);
    if (needed >= maxReceiveCount || last < down.to) endured.lost += 1;
    else {
      endured.callsAtRecovery += 1;
      const nextTry = at + needed * visibilityMs - down.to;
      endured.lastTryMs = Math.max(endured.lastTryMs, nextTry);
    }
  }
  return endured;
};
