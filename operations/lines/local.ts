import type { Lines } from '../ports.ts';
import type { Told, ToldCall } from '../views.ts';
import { openHistory } from './history.ts';
import { latestFirst } from './order.ts';
import { lineOf } from './parse.ts';
import { createSegments } from './segments.ts';
import { createTallies } from './tallies.ts';

/** Lines that are remembered: those of some 100,000 events. */
const linesMost = 500_000;

interface LocalLinesOptions {
  /** About how many lines are remembered; the oldest go first. */
  readonly most?: number;
  /** Keeps the lines for the next start, beside an older part whose name ends in `.1`. */
  readonly file?: string;
}

export type LocalLines = Lines & {
  /** What a function printed: one line or several. Costs the same however many there were. */
  readonly write: (text: string) => void;
  /** Puts what is not yet in the file there. */
  readonly close: () => void;
};

/** The delivery log of this machine, in memory. Throws where the file can be neither read nor made. */
export const createLocalLines = ({
  most = linesMost,
  file,
}: LocalLinesOptions = {}): LocalLines => {
  const segments = createSegments(most);
  const tallies = createTallies();

  /** False: it is no line of the delivery log. */
  const add = (text: string): boolean => {
    const line = lineOf(text);
    if (line === undefined) return false;
    segments.add(line);
    tallies.add(line);
    return true;
  };

  const history = file === undefined ? undefined : openHistory(file, add);
  /** Of steps with the latest first. */
  const withCalls = (steps: readonly Told[]): readonly (Told | ToldCall)[] =>
    latestFirst([...steps, ...segments.callsIn(steps)]);

  return {
    write: (text) => {
      for (const line of text.split('\n')) if (add(line)) history?.append(line);
    },
    close: () => history?.close(),
    ofMessage: (message) => Promise.resolve(withCalls(segments.ofMessage(message)).toReversed()),
    ofLead: (id, wanted) => Promise.resolve(withCalls(segments.ofLead(id, wanted))),
    latest: (wanted) => Promise.resolve(segments.latest(wanted)),
    tally: (from, to, everyMs) => Promise.resolve(tallies.between(from, to, everyMs)),
  };
};
