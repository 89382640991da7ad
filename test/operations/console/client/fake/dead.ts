import { keyIdOf, leadIdOf, shortHashOf } from '../../../../../lambdas/digest.ts';
import { epochMs } from '../../../../../lambdas/segment/time.ts';
import type { DeadView } from '../../../../../operations/views.ts';
import { minuteMs } from './time.ts';

export const refusedFields = 'Marketo has no field of this name (1006)';
const noEmail = 'no e-mail turned up while the values were held';
export const badAddress = 'Marketo does not take this e-mail address (1003)';

const fieldsOf = (place: number): DeadView['fields'] =>
  [
    { name: 'FavoriteColor', value: 'green' },
    { name: 'LoyaltyTier', value: place % 7 },
    {
      name: 'Internal_Notes',
      value: 'Asked for a quote for twelve wind meters, to be sent by Friday.',
    },
    { name: 'IsPartner', value: place % 2 === 0 },
  ].slice(0, 1 + (place % 4));

const letterOf = (place: number, now: number): DeadView => {
  const common = {
    id: `dead#${place}`,
    at: epochMs(now - place * 17 * minuteMs),
    fields: fieldsOf(place),
    activities: place % 5 === 0 ? 2 : 0,
    messages: Array.from({ length: 1 + (place % 3) }, (_, at) =>
      shortHashOf(`dead-${place}-${at}`),
    ),
  };
  const lead = leadIdOf(`person-${place}@example.com`);
  switch (place % 6) {
    case 0:
      return { ...common, because: noEmail, kind: 'lead', key: keyIdOf('userId', `u-${place}`) };
    case 1:
      return { ...common, because: badAddress, kind: 'lead', lead };
    case 2:
      return {
        ...common,
        because: 'Marketo does not know this Munchkin id',
        kind: 'visit',
        fields: [],
        activities: 0,
        page: 'https://www.example.com/pricing?currency=eur',
      };
    default:
      return { ...common, because: refusedFields, kind: 'lead', lead };
  }
};

/** An event from the dead-letter queue: nothing else is known of it. */
const eventLetter = (now: number): DeadView => ({
  id: 'event#1',
  at: epochMs(now - 3 * minuteMs),
  because: 'the event could not be read: received 100 times',
  kind: 'event',
  fields: [],
  activities: 0,
  messages: [shortHashOf('poison')],
});

export const deadLetters = (now: number, many: number): readonly DeadView[] => [
  ...Array.from({ length: many - 1 }, (_, place) => letterOf(place + 1, now)),
  eventLetter(now),
];
