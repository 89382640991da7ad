import { expect, it } from 'vitest';
import { isOver, outcomeOf } from '../../operations/eventOutcome.ts';
import { eventSummary } from '../../operations/eventSummary.ts';
import type { Trace } from '../../operations/eventTrace.ts';
import type { Wait } from '../../operations/leadWait.ts';
import type { DeadView, Told } from '../../operations/views.ts';
import { at, noon } from '../support/mailboxes.ts';
import { keyIdOf } from '../../lambdas/digest.ts';
import { emptyKey } from '../../lambdas/lead/keys.ts';
import { without } from '../../lambdas/lead/without.ts';
import { userDeleted } from '../../lambdas/lead/erasure.ts';

const told = (seconds: number, line: Partial<Told> & Pick<Told, 'step'>): Told => ({
  kind: 'step',
  at: at(seconds),
  service: 'sync',
  messages: ['m'],
  ...line,
});

const nowhere: Trace = {
  waiting: false,
  aside: [],
  sent: [],
  isActivityDone: false,
};

interface Case {
  readonly steps?: readonly Told[];
  readonly trace?: Partial<Trace>;
  readonly dead?: readonly DeadView[];
  readonly wait?: Wait;
  readonly heldSeconds?: number;
}

const queued = told(-9, { step: 'queued', messageId: 'id' });
const absorbed = told(-8, { step: 'absorbed', lead: 'L', fields: ['Age'], messageId: 'id' });
const synced = told(-4, { step: 'synced', lead: 'L', fields: ['Age'], call: 'c' });
const dead = told(-4, { step: 'dead', lead: 'L', fields: ['Age'], because: 'it was refused' });
const atDoor = told(-9, { step: 'refused', because: 'type_unknown (type), by ingest' });
const visited = told(-7, { step: 'visited', messageId: 'id', lead: 'L' });
const visitWaits = told(-7, {
  step: 'waiting',
  messageId: 'id',
  lead: 'L',
  because: 'Munchkin cannot be reached',
  until: at(30),
});
const letter: DeadView = {
  id: 'i',
  because: 'it was refused',
  kind: 'lead',
  fields: [],
  activities: 0,
  messages: ['m'],
};
const holder = { id: keyIdOf('userId', 'jake'), item: emptyKey };

const cases: readonly (readonly [string, Case, string])[] = [
  [
    'it was not absorbed yet',
    { steps: [queued] },
    'Queued: it is on the events queue, and no line says yet that it was absorbed.',
  ],
  [
    'it waits for the lock',
    { steps: [queued, absorbed], trace: { waiting: true }, wait: { kind: 'lock', until: at(20) } },
    'Waiting: the lead is locked, since it may be called for once in 30 s; the next call is at 12:00:20 UTC (in 20 s).',
  ],
  [
    'its move to the lead is half done',
    { steps: [queued, absorbed], trace: { waiting: true } },
    'Waiting: an e-mail turned up, and the next event or scheduled tick finishes the move to its lead.',
  ],
  [
    'its visit waits',
    { steps: [queued, visitWaits] },
    'Waiting: its visit has to try again (Munchkin cannot be reached); the next try is at 12:00:30 UTC (in 30 s).',
  ],
  [
    'its fields are there and its visit waits',
    { steps: [queued, absorbed, visitWaits, synced] },
    'Waiting: its visit has to try again (Munchkin cannot be reached); the next try is at 12:00:30 UTC (in 30 s).',
  ],
  [
    'an activity waited outside a call and is there by now',
    {
      steps: [
        queued,
        told(-7, { step: 'waiting', lead: 'L', because: 'no slots' }),
        told(-3, { step: 'synced', lead: 'L', call: 'c' }),
      ],
    },
    'Delivered: Marketo has it since 11:59:57 UTC (3 s ago), 6 s after it came in.',
  ],
  [
    'its id stays out of the log, and its visit waits',
    { steps: [told(-9, { step: 'queued' }), told(-7, without(visitWaits, 'messageId'))] },
    'Waiting: its visit has to try again (Munchkin cannot be reached); the next try is at 12:00:30 UTC (in 30 s).',
  ],
  [
    'it is held',
    { steps: [queued], trace: { holder }, heldSeconds: 3_600 },
    'Held: no e-mail is known for this person; unless an event names one, it becomes a dead letter at 13:00:00 UTC (in 60 min).',
  ],
  [
    'it was delivered',
    { steps: [queued, absorbed, synced] },
    'Delivered: Marketo has it since 11:59:56 UTC (4 s ago), 5 s after it came in.',
  ],
  [
    'its visit was delivered at the second try',
    { steps: [queued, visitWaits, { ...visited, at: at(-1) }] },
    'Delivered: Marketo has it since 11:59:59 UTC (1 s ago), 8 s after it came in.',
  ],
  [
    'a worker died before it wrote that down',
    { steps: [queued, absorbed], trace: { sent: ['Age'] } },
    'Delivered: Marketo has what it says.',
  ],
  [
    'it was delivered but for a field and a trait',
    {
      steps: [queued, absorbed, told(-8, { step: 'dropped', fields: ['avatar'] }), synced],
      trace: { aside: [{ name: 'Pants', because: 'Marketo has no such field' }] },
    },
    'Delivered: Marketo has it since 11:59:56 UTC (4 s ago), 5 s after it came in. Rejected: Pants (Marketo has no such field). Left out: avatar.',
  ],
  [
    'all of it was rejected',
    {
      steps: [queued, absorbed],
      trace: { aside: [{ name: 'Pants', because: 'Marketo has no such field' }] },
    },
    'Rejected: Pants (Marketo has no such field).',
  ],
  [
    'it is a dead letter',
    { steps: [queued, absorbed, dead], dead: [letter] },
    'Given up: it was refused. Its dead letter waits to be resent or dropped.',
  ],
  [
    'a part of it is a dead letter',
    { steps: [queued, absorbed, synced, dead], dead: [letter] },
    'Given up: it was refused. Its dead letter waits to be resent or dropped. What else it says is in Marketo.',
  ],
  [
    'its dead letter is gone',
    { steps: [queued, absorbed, dead] },
    'Given up: it was refused. Its dead letter is gone: resent, dropped, or deleted with its user.',
  ],
  [
    'its dead letter was resent a moment ago',
    {
      steps: [
        queued,
        told(-7, { step: 'dead', messageId: 'id', because: 'it was refused' }),
        told(-2, { step: 'queued', because: 'a dead letter was resent' }),
      ],
    },
    'Queued: a dead letter was resent, and no line says yet what came of it.',
  ],
  [
    'its sender has sent it again since it died',
    { steps: [queued, dead, { ...queued, at: at(-1) }] },
    'Queued: it is on the events queue, and no line says yet that it was absorbed.',
  ],
  [
    'what was resent died again',
    { steps: [queued, dead, told(-2, { step: 'queued' }), { ...dead, at: at(-1) }] },
    'Given up: it was refused. Its dead letter is gone: resent, dropped, or deleted with its user.',
  ],
  [
    'its dead letter was resent and went out',
    {
      steps: [
        queued,
        absorbed,
        dead,
        told(-2, { step: 'absorbed', because: 'resent' }),
        { ...synced, at: at(-1) },
      ],
    },
    'Delivered: Marketo has it since 11:59:59 UTC (1 s ago), 8 s after it came in.',
  ],
  [
    'its dead letter was dropped',
    {
      steps: [queued, dead, told(-1, { step: 'dropped', because: 'it was dropped by hand' })],
    },
    'Dropped: it was dropped by hand.',
  ],
  [
    'it said nothing new',
    { steps: [queued, told(-8, { step: 'unchanged', fields: ['Age'] })], trace: { sent: ['Age'] } },
    'Unchanged: Marketo has had the same from an earlier event.',
  ],
  [
    'consent was refused while some of it waited, and the rest was nothing new',
    {
      steps: [
        queued,
        absorbed,
        told(-8, { step: 'unchanged', fields: ['Email'] }),
        told(-7, { step: 'refused', lead: 'l', fields: ['UserId'], because: 'no such field' }),
        told(-2, { step: 'dropped', fields: ['Plan'], because: 'no consent' }),
      ],
    },
    'Dropped: no consent.',
  ],
  [
    'it came too late',
    { steps: [queued, told(-8, { step: 'superseded', fields: ['Age'] })] },
    'Superseded: a later event said otherwise before this one went out.',
  ],
  [
    'its user was deleted',
    { steps: [queued, absorbed, told(-2, { step: 'superseded', because: userDeleted })] },
    'Superseded: the user was deleted.',
  ],
  [
    'no line tells what came after',
    { steps: [queued, absorbed] },
    'Superseded: a later event has taken its place.',
  ],
  [
    'it goes nowhere',
    { steps: [told(-9, { step: 'dropped', because: 'group is no part of it' })] },
    'Dropped: group is no part of it.',
  ],
  [
    'it was refused by ingest',
    { steps: [atDoor] },
    'Refused by ingest: type_unknown (type); its sender was told so, and nothing of it was taken.',
  ],
  [
    'it was refused by ingest without a word',
    { steps: [without(atDoor, 'because')] },
    'Refused by ingest: no reason was given; its sender was told so, and nothing of it was taken.',
  ],
  [
    'its sender has mended it since it was refused',
    { steps: [atDoor, { ...queued, at: at(-8) }] },
    'Queued: it is on the events queue, and no line says yet that it was absorbed.',
  ],
  [
    'a copy of it was refused by ingest after it was delivered',
    { steps: [queued, absorbed, synced, { ...atDoor, at: at(-1) }] },
    'Delivered: Marketo has it since 11:59:56 UTC (4 s ago), 5 s after it came in.',
  ],
  [
    'only its lines tell that all of it was rejected',
    { steps: [queued, told(-8, { step: 'refused', lead: 'L', fields: ['Age'] })] },
    'Rejected: Marketo does not take what it says.',
  ],
  [
    'it was a deletion',
    { steps: [queued, told(-8, { step: 'absorbed', because: `${userDeleted}: 2 items` })] },
    'Carried out: the user was deleted: 2 items.',
  ],
];

it('an event that was refused by ingest is over', () => {
  expect(isOver(outcomeOf([atDoor], nowhere, []))).toBe(true);
});

it.each(cases)('an event’s summary says so where %s', (_, given, says) => {
  const { steps = [], wait, heldSeconds } = given;
  const trace = { ...nowhere, ...given.trace };
  const outcome = outcomeOf(steps, trace, given.dead ?? []);
  const heldUntil = heldSeconds === undefined ? undefined : at(heldSeconds);
  const { aside } = trace;
  expect(eventSummary({ now: noon, outcome, steps, aside, wait, heldUntil })).toBe(says);
});
