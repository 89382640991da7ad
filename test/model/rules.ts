import { digestOf, leadIdOf } from '../../lambdas/digest.ts';
import { absorb } from '../../lambdas/lead/absorb.ts';
import { lock } from '../../lambdas/lead/lock.ts';
import { entryOf, isReady, rested } from '../../lambdas/lead/schedule.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import type { LeadVerdict } from '../../lambdas/lead/settle.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { normalized, context } from '../support/mailboxes.ts';
import type { Heard, Item } from './state.ts';

/** Times of the model; their proportions are those of `limits.ts`, and one is as good as a second. */
export const timing = {
  lockMs: 2,
  marketoWorksMs: 2,
  callTimeoutMs: 3,
  leaseMs: 5,
  scheduledEveryMs: 3,
  indexLagMs: 1,
  /** The second event comes by then. */
  inputMs: 4,
} as const;

const email = 'jane@example.com';
const lead = leadIdOf(email);

/** The second one is the later one, whichever is absorbed first. */
const events = [
  normalized(1, { email, fields: { Plan: 'first' } }),
  normalized(2, { email, fields: { Plan: 'second' } }),
] as const;

export const winner = 'second';

const doneActivities = 10;
const settling = {
  backoffFirstMs: 2,
  backoffLongestMs: 4,
  unknownFieldMs: 1_000,
  refusedFirstMs: 1_000,
  refusedLongestMs: 1_000,
  lockMs: timing.lockMs,
};

const verdictOf = (heard: Heard): LeadVerdict =>
  heard === 'synced'
    ? { kind: 'synced', marketoId: 1 }
    : { kind: 'unavailable', because: heard, worked: heard === 'nothing' };

/** The real rules of the schedule, over one item. A plant changes one. */
export const rules = {
  leaseMs: timing.leaseMs as number,
  isReady: (mailbox: Mailbox, now: number) => isReady(mailbox, epochMs(now)),
  absorb: (mailbox: Mailbox | undefined, event: 0 | 1): Mailbox => {
    const states = { leads: new Map(mailbox ? [[lead, mailbox]] : []), keys: new Map() };
    const after = absorb(states, [events[event]], context()).states.leads.get(lead);
    if (after === undefined) throw new Error('the event made no mailbox');
    return after;
  },
  lock: (mailbox: Mailbox, owner: string, lockedUntil: number) =>
    lock(mailbox, { owner, lockedUntil: epochMs(lockedUntil) }),
  settle: (mailbox: Mailbox, snapshot: Parameters<typeof settle>[1], heard: Heard, at: number) =>
    settle(mailbox, snapshot, verdictOf(heard), {
      lead,
      now: epochMs(at),
      callSize: 1,
      random: 0.5,
      digestOf,
      doneActivities,
      timing: settling,
    })?.mailbox,
  /** What a lost race of a settle means: read and decide again. */
  settlesAgain: true,
  /** Content and entry are one put. */
  put: (before: Item | undefined, given: Mailbox, now: number, entryAfter = entryOf): Item => {
    const mailbox = rested(given);
    const entry = entryAfter(mailbox, before?.entry, epochMs(now));
    return { version: (before?.version ?? 0) + 1, mailbox, ...(entry && { entry }) };
  },
};

export type Rules = typeof rules;

export const orderOfEvent = (event: 0 | 1): string => events[event].order;
