import type { DeadView, LeadView } from '../../../../operations/views.ts';
import { detailsView, eventView, fakeOperations, leadView } from '../support.ts';

const email = 'jane@example.com';
const value = 'secret value';

const letter: DeadView = {
  id: 'a-letter',
  because: 'it does not fit',
  kind: 'lead',
  fields: [{ name: 'Title', value }],
  activities: 0,
  page: 'https://example.com/secret',
  messages: [],
};

const jane: LeadView = {
  ...leadView,
  address: email,
  fields: [{ name: 'Title', state: 'waiting', value, message: detailsView.message }],
  cookies: [{ token: 'secret-cookie', state: 'waiting' }],
  activities: [
    { typeId: 1, primary: 'secret', state: 'held', since: leadView.now, message: 'short-hash-' },
  ],
  dead: [letter],
};

/** A destination whose every view names a person. */
export const knownPeople = () => {
  const operations = fakeOperations();
  const { now, message } = detailsView;
  const details = { ...detailsView, userId: 'jane', personName: 'Jane', anonymousId: 'secret' };
  return {
    ...operations,
    lead: () => Promise.resolve(jane),
    event: () => Promise.resolve({ ...eventView, dead: [letter] }),
    dead: () => Promise.resolve({ dead: [letter] }),
    details: () => Promise.resolve(details),
    bodies: () => Promise.resolve({ ...details, received: '{"secret":1}' }),
    events: () =>
      Promise.resolve({
        now,
        searchedTo: now,
        events: [{ message, outcome: 'held' as const, at: now, email, userId: 'jane', steps: [] }],
      }),
    people: () =>
      Promise.resolve({ now, people: [{ owner: 'x', email, name: 'Jane', at: leadView.now }] }),
  };
};
