import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { earliestFirst, latestFirst } from '../../operations/lines/order.ts';
import { lineOf } from '../../operations/lines/parse.ts';
import type { Lines } from '../../operations/ports.ts';
import type { Line, Tally, Told, ToldCall } from '../../operations/views.ts';

export type LinesTwin = Lines & {
  /** What a function printed: one line or several. */
  readonly write: (text: string) => void;
};

const isStep = (line: Line): line is Told => line.kind === 'step';
const isCall = (line: Line): line is ToldCall => line.kind === 'call';

/** The history as the views see it, made of the lines that functions print. */
export const createLinesTwin = (): LinesTwin => {
  const lines: Line[] = [];

  const callsOf = (steps: readonly Told[]): readonly ToldCall[] => {
    const named = new Set(steps.flatMap(({ call }) => call ?? []));
    return lines.filter(isCall).filter(({ call }) => named.has(call));
  };

  const tallyOf = (at: EpochMs, own: readonly Line[]): Tally => {
    const calls = own.filter(isCall);
    const steps: Partial<Record<Told['step'], number>> = {};
    for (const { step, messages } of own.filter(isStep))
      steps[step] = (steps[step] ?? 0) + Math.max(1, messages.length);
    return {
      at,
      steps,
      calls: calls.filter(({ about }) => about === 'leads').length,
      requests: calls.reduce((sum, { requests }) => sum + requests, 0),
    };
  };

  return {
    write: (text) => {
      for (const each of text.split('\n')) {
        const line = lineOf(each);
        if (line) lines.push(line);
      }
    },
    ofMessage: (message) => {
      const steps = lines.filter(isStep).filter(({ messages }) => messages.includes(message));
      return Promise.resolve(earliestFirst([...steps, ...callsOf(steps)]));
    },
    ofLead: (id, most) => {
      const own = lines.filter(isStep).filter(({ lead }) => lead === id);
      const latest = latestFirst(own.toReversed()).filter(isStep).slice(0, most);
      return Promise.resolve(latestFirst([...latest, ...callsOf(latest)]));
    },
    latest: (most) => Promise.resolve(lines.toReversed().slice(0, most)),
    tally: (from, to, everyMs) =>
      Promise.resolve(
        Array.from({ length: Math.ceil((to - from) / everyMs) }, (_, index) => {
          const at = epochMs(from + index * everyMs);
          return tallyOf(
            at,
            lines.filter((line) => line.at >= at && line.at < at + everyMs),
          );
        }),
      ),
  };
};
