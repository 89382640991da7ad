import { expect, it } from 'vitest';
import type { Standing } from '../../operations/leadSummary.ts';
import { leadSummary } from '../../operations/leadSummary.ts';
import type { DeadView, FieldView } from '../../operations/views.ts';
import { at, noon } from '../support/mailboxes.ts';

const base: Standing = {
  now: noon,
  fields: [],
  cookies: [],
  activities: [],
  dead: [],
  isNobodys: false,
};

const field = (name: string, state: FieldView['state'], because?: string): FieldView => ({
  name,
  state,
  message: 'm',
  ...(because !== undefined && { because }),
});

const letter = (because: string, seconds: number): DeadView => ({
  id: `${because} ${seconds}`,
  at: at(seconds),
  because,
  kind: 'lead',
  fields: [],
  activities: 0,
  messages: ['m'],
});

const sent = [field('Email', 'sent'), field('Age', 'sent')];
const waiting = [field('Age', 'waiting'), field('Plan', 'waiting')];
const dayMs = 86_400;

const cases: readonly (readonly [string, Partial<Standing>, string])[] = [
  ['everything is there', { fields: sent }, 'Everything known of this person is in Marketo.'],
  [
    'only a cookie is there',
    { cookies: [{ token: 't', state: 'associated' }] },
    'Everything known of this person is in Marketo.',
  ],
  [
    'nothing was ever said',
    {},
    'No event has said anything of this person that would go to Marketo as a field.',
  ],
  [
    'it goes with the next call',
    { fields: waiting, wait: { kind: 'now' } },
    '2 fields wait: nothing holds this lead up, and the next call takes it along.',
  ],
  [
    'a call has it',
    { fields: waiting, wait: { kind: 'calling', until: at(132) } },
    '2 fields wait: a call to Marketo is under way and not answered yet.',
  ],
  [
    'a bulk import has it',
    { fields: waiting, wait: { kind: 'calling', until: at(7_200), isImport: true } },
    '2 fields wait: it is in a bulk import, which Marketo works on.',
  ],
  [
    'it waits for the lock',
    { fields: [field('Age', 'waiting'), ...sent], wait: { kind: 'lock', until: at(27) } },
    '1 field waits: the lead is locked, since it may be called for once in 30 s; the next call is at 12:00:27 UTC (in 27 s).',
  ],
  [
    'it waits for the lock after a call that settled nothing',
    {
      fields: waiting,
      wait: { kind: 'lock', until: at(27), because: 'it was refused as a whole' },
    },
    '2 fields wait: the last call brought it no further (it was refused as a whole), and the lead is locked for 30 s; the next call is at 12:00:27 UTC (in 27 s).',
  ],
  [
    'it backs off',
    {
      fields: waiting,
      wait: { kind: 'later', until: at(300), attempts: 3, because: 'the database is contended' },
    },
    '2 fields wait: 3 tries failed (the database is contended); the next call is at 12:05:00 UTC (in 5 min).',
  ],
  [
    'it backs off and the log does not tell why',
    { fields: waiting, wait: { kind: 'later', until: at(30), attempts: 1 } },
    '2 fields wait: one try failed; the next call is at 12:00:30 UTC (in 30 s).',
  ],
  [
    'calls are being spread',
    { fields: waiting, wait: { kind: 'pace', until: at(20) } },
    '2 fields wait: Marketo’s calls are being spread so that the quota lasts; the next call is at 12:00:20 UTC (in 20 s).',
  ],
  [
    'Marketo is unreachable',
    {
      fields: waiting,
      wait: { kind: 'closed', until: at(60), because: 'no connection to Marketo' },
    },
    '2 fields wait: Marketo cannot be used (no connection to Marketo), and all leads wait; the next call is at 12:01:00 UTC (in 60 s).',
  ],
  [
    'Marketo was unreachable, and the next lead probes',
    { fields: waiting, wait: { kind: 'closed', until: at(-1), because: 'it timed out' } },
    '2 fields wait: Marketo cannot be used (it timed out), and all leads wait; the next try is due now.',
  ],
  [
    'an activity and a cookie wait',
    {
      fields: sent,
      cookies: [{ token: 't', state: 'waiting' }],
      activities: [{ typeId: 1, primary: 'p', state: 'waiting', since: noon, message: 'm' }],
      wait: { kind: 'now' },
    },
    '1 activity and 1 cookie wait: nothing holds this lead up, and the next call takes it along.',
  ],
  [
    'a move is half done',
    { fields: [field('Age', 'waiting')] },
    '1 field waits: the move to their lead is half done, and the next event or scheduled tick finishes it.',
  ],
  [
    'it is held',
    { fields: [field('Age', 'held')], isNobodys: true, heldUntil: at(20 * dayMs) },
    '1 field is held: no e-mail is known for this person; unless an event names one, it becomes a dead letter at 2026-12-13 12:00:00 UTC (in 20 days).',
  ],
  [
    'a cookie is held',
    { cookies: [{ token: 't', state: 'held' }], isNobodys: true },
    '1 cookie is held: no e-mail is known for this person; the first event that names one moves what is held to its lead.',
  ],
  [
    'the hold has ended',
    { isNobodys: true, dead: [letter('no e-mail is known for this person', -60)] },
    'Nothing is held, and no e-mail is known for this person: nothing of them can go to Marketo. 1 dead letter waits to be resent or dropped: no e-mail is known for this person.',
  ],
  [
    'fields were rejected',
    {
      fields: [
        field('Pants', 'rejected', 'Marketo has no such field'),
        field('Shirt', 'rejected', 'Marketo has no such field'),
        field('Age', 'rejected', 'it takes whole numbers'),
        ...sent,
      ],
    },
    'Everything else known of this person is in Marketo. Pants and Shirt were rejected: Marketo has no such field; Age was rejected: it takes whole numbers.',
  ],
  [
    'many fields were rejected',
    { fields: ['A', 'B', 'C', 'D', 'E'].map((name) => field(name, 'rejected', 'why')) },
    'Nothing waits to go to Marketo. A, B, C and 2 more were rejected: why.',
  ],
  [
    'a cookie was rejected',
    { fields: sent, cookies: [{ token: 't', state: 'rejected', because: 'it is invalid' }] },
    'Everything else known of this person is in Marketo. A cookie was rejected: it is invalid.',
  ],
  [
    'there are dead letters',
    { fields: sent, dead: [letter('an older reason', -90), letter('the latest reason', -30)] },
    'Everything else known of this person is in Marketo. 2 dead letters wait to be resent or dropped: the latest, the latest reason.',
  ],
  [
    'something waits and something is dead',
    { fields: waiting, wait: { kind: 'now' }, dead: [letter('it was refused', -30)] },
    '2 fields wait: nothing holds this lead up, and the next call takes it along. 1 dead letter waits to be resent or dropped: it was refused.',
  ],
  [
    'the user was deleted',
    { deletedAt: at(-90) },
    'The user was deleted at 11:58:30 UTC (90 s ago): nothing of them is held here, and older events that still come stay out.',
  ],
  [
    'consent was refused',
    { fields: sent, withdrawnAt: at(-90) },
    'Everything known of this person is in Marketo. Consent was refused at 11:58:30 UTC (90 s ago): what had not gone out by then was dropped.',
  ],
];

it.each(cases)('a lead’s summary says so where %s', (_, standing, says) => {
  expect(leadSummary({ ...base, ...standing })).toBe(says);
});
