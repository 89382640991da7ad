import { keyIdOf, leadIdOf, shortHashOf } from '../../../../../lambdas/digest.ts';
import { epochMs } from '../../../../../lambdas/segment/time.ts';
import type { FieldView, LeadView } from '../../../../../operations/views.ts';
import { refusedFields } from './dead.ts';
import { called, told } from './lines.ts';
import { before, hourMs, minuteMs, secondMs } from './time.ts';

export const jake = 'jake.ferguson@example.com';
export const jakesCookie = '_mch-example.com-1374552656411-90718';
export const jakesEvent = 'b7c1f0a2-sign-up';
export const lockMs = 26 * secondMs;

export const message = shortHashOf(jakesEvent);

const fieldsAt = (now: number, lockedUntil: number): readonly FieldView[] => [
  {
    name: 'FavoriteColor',
    state: 'rejected',
    value: 'green',
    because: refusedFields,
    since: before(now, 2 * hourMs),
    until: epochMs(now + 22 * hourMs),
    message,
  },
  {
    name: 'Company',
    state: 'waiting',
    value: 'Bridges & Sons',
    because: 'the lead is locked after its last call',
    since: before(now, 4 * secondMs),
    until: epochMs(lockedUntil),
    message,
  },
  {
    name: 'NumberOfEmployees',
    state: 'waiting',
    value: 240,
    because: 'the lead is locked after its last call',
    since: before(now, 4 * secondMs),
    until: epochMs(lockedUntil),
    message,
  },
  { name: 'IsPartner', state: 'waiting', value: false, since: before(now, 3 * secondMs), message },
  { name: 'Fax', state: 'waiting', value: null, since: before(now, 3 * secondMs), message },
  ...['Email', 'FirstName', 'LastName', 'Phone', 'Title', 'Industry', 'City', 'Country'].map(
    (name, index): FieldView => ({
      name,
      state: 'sent',
      since: before(now, index * 11 * minuteMs + 6 * secondMs),
      message: shortHashOf(name),
    }),
  ),
];

export const timelineAt = (now: number, lockedUntil: number): LeadView['timeline'] => {
  const lead = leadIdOf(jake);
  const at = (ms: number): number => now - ms;
  return [
    told(at(3_100), {
      step: 'waiting',
      lead,
      service: 'sync',
      messages: [message],
      fields: ['Company', 'NumberOfEmployees'],
      because: 'the lead is locked after its last call',
      until: lockedUntil,
    }),
    told(at(3_900), {
      step: 'absorbed',
      lead,
      messageId: jakesEvent,
      fields: ['Company', 'NumberOfEmployees', 'IsPartner', 'Fax'],
    }),
    told(at(3_960), { step: 'queued', messageId: jakesEvent, service: 'ingest' }),
    told(at(6_000), {
      step: 'synced',
      lead,
      service: 'sync',
      messages: ['Email', 'FirstName'].map(shortHashOf),
      fields: ['Email', 'FirstName', 'LastName'],
      call: 'call-1',
    }),
    called(at(6_050), { call: 'call-1' }),
    told(at(9_000), { step: 'visited', lead, messages: ['visit-1'].map(shortHashOf) }),
    told(at(2 * hourMs), {
      step: 'refused',
      lead,
      service: 'sync',
      messages: [message],
      fields: ['FavoriteColor'],
      because: refusedFields,
    }),
    told(at(26 * hourMs), {
      step: 'held',
      lead,
      messages: [shortHashOf('early')],
      fields: ['Industry'],
      because: 'no e-mail of this person is known yet',
    }),
  ];
};

export const lockedJake = (now: number, lockedUntil: number): LeadView => ({
  now: epochMs(now),
  summary:
    'Marketo has 8 of Jake’s 13 fields since 20:32:04. Four wait for the lock of the last call, which ends in less than half a minute; FavoriteColor is rejected because Marketo has no field of this name.',
  lead: leadIdOf(jake),
  address: jake,
  marketoId: 318_294,
  aliases: [
    { key: keyIdOf('userId', 'u-1042'), kind: 'userId' },
    { key: keyIdOf('anonymousId', 'a-77'), kind: 'anonymousId' },
    { key: keyIdOf('cookie', jakesCookie), kind: 'cookie' },
  ],
  cookies: [
    { token: jakesCookie, state: 'associated' },
    {
      token: '_mch-example.com-9f0c2b7d51e84a3c9f0c2b7d51e84a3c',
      state: 'waiting',
      because: 'goes with the next call',
    },
  ],
  fields: fieldsAt(now, lockedUntil),
  activities: [
    {
      typeId: 100_042,
      primary: 'Quote Requested',
      state: 'waiting',
      since: before(now, 3 * secondMs),
      message,
    },
  ],
  lock: {
    lockedUntil: epochMs(lockedUntil),
    isCalling: false,
    nextAt: epochMs(lockedUntil),
    attempts: 1,
  },
  dead: [
    {
      id: 'dead#jake',
      at: before(now, 2 * hourMs),
      because: refusedFields,
      kind: 'lead',
      lead: leadIdOf(jake),
      fields: [{ name: 'FavoriteColor', value: 'green' }],
      activities: 0,
      messages: [message],
    },
  ],
  historyDays: 30,
  timeline: timelineAt(now, lockedUntil),
});
