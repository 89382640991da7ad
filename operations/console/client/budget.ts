import type { BudgetView } from '../../views.ts';

const quarterMs = 15 * 60_000;
const hourMs = 60 * 60_000;

/** Calls that had been made by a moment. */
interface Used {
  readonly at: number;
  readonly calls: number;
}

/**
 * The day's use as a rising line. It ends at what the counter says, which is the truth; the log tells
 * only when the calls were made, and may have lost lines.
 */
export const usedOverDay = ({ tallies, used, now, dayStartedAt }: BudgetView): readonly Used[] => {
  const points: Used[] = [{ at: now, calls: used }];
  let calls = used;
  for (const { at, requests } of tallies.toReversed()) {
    if (at >= now) continue;
    calls = Math.max(0, calls - requests);
    points.push({ at: Math.max(at, dayStartedAt), calls });
  }
  return points.reverse();
};

/** What will have been used when the day ends, if it goes on as in the last hour. */
export const expectedUse = ({ tallies, used, now, resetsAt, dayStartedAt }: BudgetView): number => {
  const since = Math.max(dayStartedAt, now - hourMs);
  const requests = tallies.reduce((sum, { at, requests }) => {
    const part = Math.min(1, Math.max(0, (at + quarterMs - since) / quarterMs));
    return sum + requests * part;
  }, 0);
  return Math.round(used + (requests / Math.max(1, now - since)) * Math.max(0, resetsAt - now));
};

/** How many calls may have been made by a moment for the quota to last, between what is known of it. */
export const paceAt = ({ pace }: BudgetView, moment: number): number | undefined => {
  const next = pace.findIndex(({ at }) => at >= moment);
  const after = pace[next];
  const before = pace[next - 1];
  if (!after) return pace.at(-1)?.most;
  if (!before) return after.most;
  const part = (moment - before.at) / Math.max(1, after.at - before.at);
  return Math.round(before.most + (after.most - before.most) * part);
};

export interface Plotted {
  /** Moments (epoch ms) in order, and at each of them what is known. */
  readonly at: readonly number[];
  readonly used: readonly (number | null)[];
  readonly pace: readonly (number | null)[];
  readonly limit: readonly number[];
}

/** The three lines of the plot over one axis of moments. */
export const plotted = (view: BudgetView): Plotted => {
  const used = new Map(usedOverDay(view).map(({ at, calls }) => [at, calls]));
  const pace = new Map<number, number>(view.pace.map(({ at, most: max }) => [at, max]));
  const moments = new Set<number>([
    view.dayStartedAt,
    view.resetsAt,
    ...used.keys(),
    ...pace.keys(),
  ]);
  const at = [...moments].sort((left, right) => left - right);
  return {
    at,
    used: at.map((moment) => used.get(moment) ?? null),
    pace: at.map((moment) => pace.get(moment) ?? null),
    limit: at.map(() => view.dailyCalls),
  };
};

/** Requests by the hour, for the table. */
export const byHour = ({ tallies }: BudgetView): readonly { at: number; requests: number }[] => {
  const hours = Map.groupBy(tallies, ({ at }) => at - (at % hourMs));
  return [...hours].map(([at, of]) => ({
    at,
    requests: of.reduce((sum, { requests }) => sum + requests, 0),
  }));
};
