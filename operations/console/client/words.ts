import type { DeliveryLine } from '../../../lambdas/delivery.ts';

export type Tone = 'good' | 'wait' | 'bad' | 'move' | 'quiet';
type Step = DeliveryLine['step'];

interface Word {
  readonly tone: Tone;
  readonly means: string;
}

/** The steps in the order in which an event takes them, with what they mean for a reader. */
export const steps: Readonly<Record<Step, Word>> = {
  accepted: { tone: 'move', means: 'It passed the checks of ingest.' },
  queued: { tone: 'move', means: 'It is safe in the queue; the sender has its answer.' },
  absorbed: { tone: 'move', means: 'Its values are in the mailbox of its lead.' },
  superseded: { tone: 'quiet', means: 'A newer event said something else; nothing is lost.' },
  unchanged: { tone: 'quiet', means: 'Marketo has this value already, so no call was needed.' },
  held: { tone: 'wait', means: 'Nobody’s e-mail is known yet: it waits for one.' },
  waiting: { tone: 'wait', means: 'It waits for its call: for the lock, the budget or Marketo.' },
  synced: { tone: 'good', means: 'Marketo has it.' },
  visited: { tone: 'good', means: 'Marketo has the web page visit.' },
  dropped: { tone: 'quiet', means: 'It is not for Marketo, or a part of it is not.' },
  refused: { tone: 'bad', means: 'Ingest or Marketo did not take it.' },
  dead: { tone: 'bad', means: 'It was given up and is kept as a dead letter, with its reason.' },
};

/** Of fields, cookies and activities. */
export const stateTones: Readonly<Record<string, Tone>> = {
  sent: 'good',
  associated: 'good',
  waiting: 'wait',
  held: 'wait',
  rejected: 'bad',
};

/** Kinds of verdicts, as lines about calls count them. */
export const verdictTone = (verdict: string): Tone => {
  if (verdict === 'synced') return 'good';
  return verdict === 'refused' || verdict === 'field-refused' ? 'bad' : 'wait';
};
