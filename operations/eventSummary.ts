import type { EpochMs } from '../lambdas/segment/time.ts';
import { noEmail } from '../lambdas/lead/keys.ts';
import type { Outcome } from './eventOutcome.ts';
import type { Trace } from './eventTrace.ts';
import type { Wait } from './leadWait.ts';
import { waitText } from './leadWait.ts';
import { listOf, momentOf, sentence, spanOf } from './summaryWords.ts';
import type { Told } from './views.ts';

/** What became of an event, and what is known around it. */
interface Happened {
  readonly now: EpochMs;
  readonly outcome: Outcome;
  /** Earliest first. */
  readonly steps: readonly Told[];
  readonly aside: Trace['aside'];
  /** What its lead waits for. */
  readonly wait?: Wait | undefined;
  /** When what is held becomes a dead letter. */
  readonly heldUntil?: EpochMs | undefined;
}

const queuedText = (because: string | undefined): string =>
  because === undefined
    ? 'it is on the events queue, and no line says yet that it was absorbed'
    : `${because}, and no line says yet what came of it`;

/** As lines say where it was; here the outcome does. */
const ingestWords = /, by ingest$/;

const refusedText = (because: string | undefined): string =>
  `${because?.replace(ingestWords, '') ?? 'no reason was given'}; its sender was told so, and nothing of it was taken`;

const visitText = ({ because, until }: Told, now: EpochMs): string => {
  const next = until === undefined ? '' : `; the next try is at ${momentOf(until as EpochMs, now)}`;
  return `its visit has to try again (${because ?? 'no reason was given'})${next}`;
};

const waitingText = ({ wait, now }: Happened, visit: Told | undefined): string => {
  if (visit) return visitText(visit, now);
  return wait
    ? waitText(wait, now)
    : 'an e-mail turned up, and the next event or scheduled tick finishes the move to its lead';
};

const heldText = ({ heldUntil, now }: Happened): string =>
  heldUntil === undefined
    ? noEmail
    : `${noEmail}; unless an event names one, it becomes a dead letter at ${momentOf(heldUntil, now)}`;

const deliveredText = (at: EpochMs | undefined, { steps, now }: Happened): string => {
  if (at === undefined) return 'Marketo has what it says';
  const [first] = steps;
  const took = first && at > first.at ? `, ${spanOf(at - first.at)} after it came in` : '';
  const made = steps.some(({ isCreated }) => isCreated)
    ? '; the lead was new, and Marketo made it'
    : '';
  return `Marketo has it since ${momentOf(at, now)}${took}${made}`;
};

/** A word that names the outcome, and what there is to say of it. */
const mainText = (happened: Happened): string => {
  const { outcome, aside } = happened;
  switch (outcome.kind) {
    case 'queued':
      return `queued: ${queuedText(outcome.because)}`;
    case 'refused by ingest':
      return `refused by ingest: ${refusedText(outcome.because)}`;
    case 'waiting':
      return `waiting: ${waitingText(happened, outcome.visit)}`;
    case 'held':
      return `held: ${heldText(happened)}`;
    case 'dead':
      return outcome.isGone
        ? `given up: ${outcome.because}. Its dead letter is gone: resent, dropped, or deleted with its user`
        : `given up: ${outcome.because}. Its dead letter waits to be resent or dropped`;
    case 'delivered':
      return `delivered: ${deliveredText(outcome.at, happened)}`;
    case 'rejected':
      return aside.length > 0
        ? `rejected: ${asideText(aside)}`
        : 'rejected: Marketo does not take what it says';
    case 'unchanged':
      return `unchanged: ${outcome.because ?? 'Marketo has had the same from an earlier event'}`;
    case 'superseded':
      return `superseded: ${outcome.because ?? 'a later event said otherwise before this one went out'}`;
    case 'dropped':
      return `dropped: ${outcome.because ?? 'nothing of it goes to Marketo'}`;
    case 'carried out':
      return `carried out: ${outcome.because}`;
  }
};

const asideText = (aside: Trace['aside']): string =>
  [...Map.groupBy(aside, ({ because }) => because)]
    .map(([because, of]) => `${listOf(of.map(({ name }) => name))} (${because})`)
    .join(', ');

/** Traits that went nowhere, although the event itself did. */
const leftOut = (steps: readonly Told[]): string | undefined => {
  const names = steps.flatMap(({ step, fields = [] }) => (step === 'dropped' ? fields : []));
  return names.length === 0 ? undefined : `Left out: ${listOf([...new Set(names)])}`;
};

/** What became of an event: one or two sentences for somebody in a hurry. */
export const eventSummary = (happened: Happened): string => {
  const { outcome, aside, steps } = happened;
  const besides =
    aside.length > 0 && outcome.kind !== 'rejected' ? `Rejected: ${asideText(aside)}` : undefined;
  const others = outcome.kind === 'dropped' ? undefined : leftOut(steps);
  const isPartly = outcome.kind === 'dead' && steps.some(({ step }) => step === 'synced');
  const rest = isPartly ? 'What else it says is in Marketo' : undefined;
  return [mainText(happened), rest, besides, others]
    .filter((text) => text !== undefined)
    .map(sentence)
    .join(' ');
};
