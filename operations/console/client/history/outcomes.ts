import type { HistoryOutcome } from '../../../../lambdas/history/types.ts';
import type { EventState } from '../../../views.ts';
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

/** The same of an event by now, which may still be in the queue. */
export const stateWords: Readonly<Record<EventState, Word>> = {
  ...outcomeWords,
  queued: { name: 'in the queue', tone: 'move' },
  'refused by ingest': { name: 'refused by ingest', tone: 'bad' },
  rejected: { name: 'rejected by Marketo', tone: 'bad' },
  'carried out': outcomeWords.carriedOut,
};

export const outcomes = Object.keys(outcomeWords) as readonly HistoryOutcome[];
