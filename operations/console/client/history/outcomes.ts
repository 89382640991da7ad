import type { HistoryOutcome } from '../../../../lambdas/history/types.ts';
import type { Tone } from '../words.ts';

interface Word {
  readonly name: string;
  readonly tone: Tone;
}

/** What became of events, in a marketer's words; those that want attention last. */
export const outcomeWords: Readonly<Record<HistoryOutcome, Word>> = {
  delivered: { name: 'in Marketo', tone: 'good' },
  unchanged: { name: 'known already', tone: 'quiet' },
  superseded: { name: 'overtaken', tone: 'quiet' },
  carriedOut: { name: 'carried out', tone: 'quiet' },
  dropped: { name: 'left out', tone: 'quiet' },
  waiting: { name: 'waiting', tone: 'move' },
  held: { name: 'held', tone: 'wait' },
  refused: { name: 'refused', tone: 'bad' },
  dead: { name: 'given up', tone: 'bad' },
};

export const outcomes = Object.keys(outcomeWords) as readonly HistoryOutcome[];
