import { OperationsError } from '../error.ts';
import type { Operations } from '../ports.ts';
import type { Info } from '../views.ts';
import { askedIn, type Asked } from './asked.ts';
import type { Caller } from './caller.ts';

/** One call of the API: from the body of its request to the body of its answer. */
type Call = (body: unknown, caller: Caller) => Promise<unknown>;

const call =
  <Kind extends keyof Asked>(
    kind: Kind,
    run: (asked: Asked[Kind], caller: Caller) => Promise<unknown>,
  ): Call =>
  async (body, caller) =>
    run(askedIn(kind, body), caller);

const found = <View>(view: View | undefined, otherwise: string): View => {
  if (view !== undefined) return view;
  throw new OperationsError('not-found', otherwise);
};

const noLead =
  'nothing is known of this person: no event named them so, or the lead was deleted or forgotten';
const noEvent = 'nothing is known of this event: it never arrived, or its log lines are gone';

/** The API's calls by their names. Each rejects with an OperationsError for what the user can mend. */
export const createCalls = (operations: Operations, info: Info) => ({
  info: call('nothing', (_, { role, user }) =>
    Promise.resolve(user === undefined ? info : { ...info, role }),
  ),
  flow: call('nothing', () => operations.flow()),
  lead: call('who', async (who) => found(await operations.lead(who), noLead)),
  event: call('which', async (which) => found(await operations.event(which), noEvent)),
  budget: call('nothing', () => operations.budget()),
  dead: call('after', ({ after }) => operations.dead(after)),
  resend: call('ids', async ({ ids }) => ({ outcomes: await operations.resend(ids) })),
  drop: call('ids', async ({ ids }) => ({ outcomes: await operations.drop(ids) })),
  check: call('nothing', async () => ({ checks: await operations.check() })),
  events: call('events', (query) => operations.events(query)),
  people: call('part', ({ part }) => operations.people(part)),
  problems: call('stretch', ({ forMs }) => operations.problems(forMs)),
  counts: call('stretch', ({ forMs }) => operations.counts(forMs)),
  preview: call('preview', (query) => operations.preview(query)),
  send: call('event', ({ event }) => operations.sendTest(event)),
  erase: call('user', ({ user }) => operations.erase(user)),
});

export type CallName = keyof ReturnType<typeof createCalls>;
