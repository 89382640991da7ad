import { keyIdOf, leadIdOf, shortHashOf } from '../../../../../lambdas/digest.ts';
import { emptyMapping } from '../../../../../lambdas/marketo/mapping/mapping.ts';
import type { Rule } from '../../../../../lambdas/marketo/mapping/mappingSchema.ts';
import { epochMs } from '../../../../../lambdas/segment/time.ts';
import { createHistoryViews } from '../../../../../operations/historyViews.ts';
import { createPreviewView } from '../../../../../operations/preview/view.ts';
import type { Operations } from '../../../../../operations/ports.ts';
import type { DeadOutcome, DeadView, FlowView, Who } from '../../../../../operations/views.ts';
import { exampleSettings } from '../../../../lib/support.ts';
import { budgetAt } from './budget.ts';
import { deadLetters } from './dead.ts';
import { bodiesAt, detailsAt, eventAt } from './events.ts';
import { busyFlow } from './flow.ts';
import { jakesEvent, lockMs } from './jake.ts';
import { peopleAt } from './people.ts';
import { createFakeHistory } from './history.ts';
import { createFakeClock } from './time.ts';

/** A destination that a test can put into any state. */
export interface FakeOperations extends Operations {
  /** What `flow` answers from now on. */
  shows(flow: (now: number) => FlowView): void;
  /** What is asked from now on fails with this, until it is undefined again. */
  fails(error: Error | undefined): void;
  /** The dead letters that are there. */
  readonly letters: DeadView[];
  /** What was asked for, in order. */
  readonly asked: string[];
}

/** Letters on one page of `dead`. */
const pageOf = 500;

const mappedRules: readonly Rule[] = [
  {
    name: 'orders',
    when: { event: 'Order Completed' },
    to: 'activity',
    typeId: 100_001,
    primary: 'properties.orderId',
    attributes: { total: 'properties.revenue' },
  },
  {
    name: 'customers',
    when: { event: 'Order Completed' },
    to: 'fields',
    values: { Last_Order: 'properties.orderId' },
  },
];

const idOf = (who: Who): string => {
  if ('email' in who) return leadIdOf(who.email);
  if ('lead' in who) return who.lead;
  if ('key' in who) return who.key;
  if ('userId' in who) return keyIdOf('userId', who.userId);
  if ('cookie' in who) return keyIdOf('cookie', who.cookie);
  return keyIdOf('anonymousId', who.anonymousId);
};

/** With this many dead letters. */
export const createFakeOperations = (many = 12): FakeOperations => {
  const clock = createFakeClock();
  const startedAt = clock();
  /** Jake is locked for ever: each lock is followed by the next. */
  const lockedUntil = (now: number): number => now + lockMs - ((now - startedAt) % lockMs);
  const letters = [...deadLetters(clock(), many)];
  const asked: string[] = [];
  let flow = (now: number): FlowView => busyFlow(now);
  let failure: Error | undefined;

  const history = createHistoryViews({
    reader: createFakeHistory(4_000, clock),
    settings: { marketo: { api: 'rest', dailyCalls: 40_000 } },
    clock: { now: () => epochMs(clock()) },
  });
  const preview = createPreviewView({
    settings: exampleSettings(),
    mapping: () => Promise.resolve({ ...emptyMapping, rules: mappedRules }),
    clock: { now: () => epochMs(clock()) },
  });

  const answer = <Value>(call: string, value: () => Value): Promise<Value> => {
    asked.push(call);
    return failure ? Promise.reject(failure) : Promise.resolve(value());
  };
  const remove = (ids: readonly string[], outcome: 'resent' | 'dropped'): DeadOutcome[] =>
    ids.map((id, place) => {
      const at = letters.findIndex((letter) => letter.id === id);
      if (at < 0) return { id, outcome: 'gone' };
      letters.splice(at, 1);
      return outcome === 'resent' && place === 1
        ? { id, outcome: 'superseded', because: 'a newer event said something else' }
        : { id, outcome };
    });

  return {
    letters,
    asked,
    shows: (next) => {
      flow = next;
    },
    fails: (error) => {
      failure = error;
    },
    flow: () =>
      answer('flow', () => {
        const view = flow(clock());
        return { ...view, deadLetters: { ...view.deadLetters, count: letters.length } };
      }),
    lead: (who) =>
      answer(`lead ${Object.keys(who).join()}`, () => {
        const now = clock();
        const found = peopleAt(now, lockedUntil(now)).get(idOf(who));
        return 'lead' in who && found?.lead !== who.lead ? undefined : found;
      }),
    event: (which) =>
      answer(`event ${Object.keys(which).join()}`, () => {
        const message = 'message' in which ? which.message : shortHashOf(which.messageId);
        return message === shortHashOf(jakesEvent) ? eventAt(clock()) : undefined;
      }),
    budget: () => answer('budget', () => budgetAt(clock())),
    dead: (after = '0') =>
      answer('dead', () => {
        const from = Number(after);
        const next = from + pageOf;
        return {
          dead: letters.slice(from, next),
          ...(next < letters.length && { next: String(next) }),
        };
      }),
    resend: (ids) => answer(`resend ${ids.join()}`, () => remove(ids, 'resent')),
    drop: (ids) => answer(`drop ${ids.join()}`, () => remove(ids, 'dropped')),
    check: () =>
      answer('check', () => [
        { name: 'leads table', state: 'ok', says: 'It answers.' },
        {
          name: 'Marketo credentials',
          state: 'wrong',
          says: 'Marketo refuses them.',
          todo: 'Put the client secret of the API user into the secret.',
        },
      ]),
    alarms: () =>
      answer('alarms', () => ({
        now: epochMs(clock()),
        alarms: [
          {
            name: 'MarketoUnavailable',
            state: 'rings',
            says: 'Marketo has been unavailable for half an hour; all leads wait, and nothing is lost.',
            section: 'marketo-is-unavailable',
            since: epochMs(clock() - 1_000_000),
          },
          { name: 'ConsoleErrors', state: 'unknown', says: 'Console failed.' },
          { name: 'EventsDead', state: 'quiet', says: 'Events wait in the dead-letter queue.' },
        ],
      })),
    askForImports: () => answer('bulk', () => ({ until: clock() })),
    events: (query) =>
      answer(`events ${JSON.stringify(query)}`, () => query).then((of) => history.events(of)),
    details: (message) =>
      answer(`details ${message}`, () => detailsAt(message, clock())).then(
        async (own) => own ?? history.details(message),
      ),
    bodies: (message) =>
      answer(`bodies ${message}`, () => bodiesAt(message, clock())).then(
        async (own) => own ?? history.bodies(message),
      ),
    people: (part) => answer(`people ${part}`, () => part).then((of) => history.people(of)),
    problems: (forMs) => answer('problems', () => forMs).then((of) => history.problems(of)),
    counts: (forMs) => answer('counts', () => forMs).then((of) => history.counts(of)),
    preview: (query) => {
      asked.push('preview');
      return failure ? Promise.reject(failure) : preview(query);
    },
    sendTest: (event) =>
      answer(`send ${JSON.stringify(event)}`, () => ({
        messageId: jakesEvent,
        message: shortHashOf(jakesEvent),
      })),
    erase: (user) =>
      answer(`erase ${user}`, () => ({
        messageId: jakesEvent,
        message: shortHashOf(jakesEvent),
      })),
  };
};
