import type { Line, Told, ToldCall } from '../views.ts';

/** Numbers of the lines in which something stands, earliest first. */
type Index = Map<string, number[]>;

interface Segment {
  readonly lines: Line[];
  readonly byMessage: Index;
  readonly byLead: Index;
  readonly calls: Map<string, ToldCall>;
}

/** The oldest of so many parts goes when all are full. */
const segmentsMost = 20;

const emptySegment = (): Segment => ({
  lines: [],
  byMessage: new Map(),
  byLead: new Map(),
  calls: new Map(),
});

const note = (index: Index, key: string, at: number): void => {
  const known = index.get(key);
  if (known === undefined) index.set(key, [at]);
  else if (known.at(-1) !== at) known.push(at);
};

const addTo = (segment: Segment, line: Line): void => {
  const at = segment.lines.push(line) - 1;
  if (line.kind === 'call') segment.calls.set(line.call, line);
  if (line.kind !== 'step') return;
  for (const message of line.messages) note(segment.byMessage, message, at);
  if (line.lead !== undefined) note(segment.byLead, line.lead, at);
};

/**
 * The latest lines in memory, about `most` of them, found by message, lead and call: writing costs
 * the same however many there are, and finding costs what is found. They are kept in parts, each with
 * its own index, so that forgetting the oldest ones is to let go of one part.
 */
export const createSegments = (most: number) => {
  const linesEach = Math.max(1, Math.ceil(most / segmentsMost));
  const segments: Segment[] = [emptySegment()];

  const told = (segment: Segment, at: number): readonly Told[] => {
    const line = segment.lines[at];
    return line?.kind === 'step' ? [line] : [];
  };

  const latestOf = (
    index: 'byMessage' | 'byLead',
    key: string,
    wanted: number,
  ): readonly Told[] => {
    const found: Told[] = [];
    for (const segment of segments.toReversed())
      for (const at of (segment[index].get(key) ?? []).toReversed()) {
        if (found.length >= wanted) return found;
        found.push(...told(segment, at));
      }
    return found;
  };

  return {
    add: (line: Line): void => {
      let last = segments.at(-1);
      if (last === undefined || last.lines.length >= linesEach) {
        last = emptySegment();
        segments.push(last);
        if (segments.length > segmentsMost) segments.shift();
      }
      addTo(last, line);
    },

    /** Steps of a message, latest first. */
    ofMessage: (message: string): readonly Told[] => latestOf('byMessage', message, Infinity),

    /** At most so many steps of a lead or key, latest first. */
    ofLead: (lead: string, wanted: number): readonly Told[] => latestOf('byLead', lead, wanted),

    /** The calls that steps name, as far as they are remembered; each once. */
    callsIn: (steps: readonly Told[]): readonly ToldCall[] => {
      const names = new Set(steps.flatMap(({ call }) => call ?? []));
      return [...names].flatMap(
        (name) => segments.findLast(({ calls }) => calls.has(name))?.calls.get(name) ?? [],
      );
    },

    /** The latest lines, latest first. */
    latest: (wanted: number): readonly Line[] => {
      const found: Line[] = [];
      for (const { lines } of segments.toReversed()) {
        if (found.length >= wanted) break;
        found.push(...lines.slice(-(wanted - found.length)).toReversed());
      }
      return found;
    },
  };
};
