import type { Told, ToldCall } from '../views.ts';

type Timeline = readonly (Told | ToldCall)[];

/** One text for each line: the same line may be found in two ways. */
const identityOf = (line: Told | ToldCall): string =>
  line.kind === 'call' ? line.call : JSON.stringify(line);

/** Where the clock does not tell: a call stands between what it follows and what came of it. */
const rankOf = ({ kind, call }: Told | ToldCall): number => {
  if (call === undefined) return 0;
  return kind === 'call' ? 1 : 2;
};

/** Lines in the order in which they were written, each once; a call stands before what came of it. */
export const earliestFirst = (lines: Timeline): Timeline => {
  const unique = new Map(lines.map((line) => [identityOf(line), line]));
  const sorted = [...unique.values()].sort((a, b) => a.at - b.at || rankOf(a) - rankOf(b));
  const calls = new Map(sorted.flatMap((one) => (one.kind === 'call' ? [[one.call, one]] : [])));
  const placed: (Told | ToldCall)[] = [];
  const place = (line: Told | ToldCall): void => {
    if (line.call !== undefined) {
      // Two functions' clocks may differ, or a step may have been written down first.
      const call = calls.get(line.call);
      if (call) placed.push(call);
      calls.delete(line.call);
    }
    if (line.kind === 'step') placed.push(line);
  };
  for (const line of sorted) place(line);
  return placed;
};

/** The same, the latest first; so are the given ones where they were written in one millisecond. */
export const latestFirst = (lines: Timeline): Timeline =>
  earliestFirst(lines.toReversed()).toReversed();
