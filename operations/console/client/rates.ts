import type { FlowView, Tally } from '../../views.ts';

const minuteMs = 60_000;

/** What is counted of a stretch of time. */
export type Of = (tally: Tally) => number;

export const of = {
  /** What came in and is safe: an event that could not be queued was never accepted. */
  taken: ({ steps }) => steps.queued ?? 0,
  absorbed: ({ steps }) => steps.absorbed ?? 0,
  /** What needed no call: overtaken by a newer value, or known to Marketo already. */
  saved: ({ steps }) => (steps.superseded ?? 0) + (steps.unchanged ?? 0),
  synced: ({ steps }) => steps.synced ?? 0,
  visited: ({ steps }) => steps.visited ?? 0,
  calls: ({ calls }) => calls,
  failed: ({ steps }) => (steps.refused ?? 0) + (steps.dead ?? 0),
} as const satisfies Readonly<Record<string, Of>>;

/**
 * How much of it in the last 60 s: the minute that is under way, and of the one before it the part
 * that is not yet a minute ago.
 */
export const lastMinute = (tallies: readonly Tally[], now: number, of: Of): number => {
  const [before, last] = [tallies.at(-2), tallies.at(-1)];
  if (!last) return 0;
  const part = Math.min(Math.max((now - last.at) / minuteMs, 0), 1);
  return Math.round(of(last) + (before ? of(before) : 0) * (1 - part));
};

export const total = (tallies: readonly Tally[], of: Of): number =>
  tallies.reduce((sum, tally) => sum + of(tally), 0);

interface Headline {
  readonly tone: 'good' | 'wait' | 'bad' | 'quiet';
  readonly says: string;
}

/** Minutes that count as just now. */
const recent = 5;

/** How things are, for somebody in a hurry: without numbers, which change every second. */
export const headlineOf = ({ closed, tallies, pending, deadEvents }: FlowView): Headline => {
  const lately = (of: Of): boolean => total(tallies.slice(-recent), of) > 0;
  if (closed)
    return { tone: 'bad', says: 'Marketo is closed to all, and events wait safely here.' };
  if (deadEvents.waiting > 0)
    return { tone: 'bad', says: 'Some events could not be processed and want a decision.' };
  if (lately(of.failed))
    return { tone: 'wait', says: 'Events are moving; something was refused just now.' };
  if (lately(of.taken)) return { tone: 'good', says: 'Events are moving.' };
  return pending.count > 0
    ? { tone: 'quiet', says: 'Nothing new came in for a while; some leads still wait.' }
    : { tone: 'quiet', says: 'All is quiet: nothing came in for a while, and nothing waits.' };
};
