/** One event that asks for a call of its own. */
interface Wish {
  /** Epoch ms, or ms since any start. */
  readonly at: number;
  readonly lead: string;
}

const lockMs = 30_000;
const tries = 3;
const betweenTriesMs = 1_000;

/** Marketo's downtime, in the time of the wishes. */
export interface Downtime {
  readonly from: number;
  readonly to: number;
}

/**
 * The way of the destination that Segment retired: one call for each event, which first takes its
 * lead's lock. The lock lasts 30 s and is never released early; an event tries three times, 1 s
 * apart, and is lost then. `attempts` are those at the lock.
 */
export const originalWay = (
  wishes: readonly Wish[],
  down: Downtime = { from: Infinity, to: Infinity },
): { calls: number; attempts: number; lost: number } => {
  const planned = wishes
    .flatMap(({ at, lead }, wish) =>
      Array.from({ length: tries }, (_, nth) => ({ at: at + nth * betweenTriesMs, lead, wish })),
    )
    .sort((a, b) => a.at - b.at);
  const lockedUntil = new Map<string, number>();
  const called = new Set<number>();
  let calls = 0;
  let attempts = 0;
  for (const { at, lead, wish } of planned) {
    if (called.has(wish)) continue;
    attempts += 1;
    if (at < (lockedUntil.get(lead) ?? 0)) continue;
    lockedUntil.set(lead, at + lockMs);
    calls += 1;
    // A call that fails has taken the lock all the same.
    if (at < down.from || at >= down.to) called.add(wish);
  }
  return { calls, attempts, lost: wishes.length - called.size };
};
