import { OperationsError } from '../error.ts';
import type { Operations } from '../ports.ts';
import type { Info } from '../views.ts';
import { askedIn, type Asked } from './asked.ts';
import type { Caller } from './caller.ts';
import type { Sight } from './sight.ts';

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
export const createCalls = (operations: Operations, info: Info, sight: Sight) => ({
  info: call('nothing', (_, caller) =>
    Promise.resolve(
      caller.user === undefined ? info : { ...info, role: caller.role, ...sight.infoFor(caller) },
    ),
  ),
  flow: call('nothing', () => operations.flow()),
  lead: call('who', async (who, caller) =>
    sight.person(found(await operations.lead(who), noLead), caller),
  ),
  event: call('which', async (which, caller) =>
    sight.event(found(await operations.event(which), noEvent), caller),
  ),
  details: call('message', async ({ message }, caller) =>
    sight.details(found(await operations.details(message), noEvent), caller),
  ),
  reveal: call('reveal', async (what, caller) => {
    sight.checkReveal(caller);
    return 'message' in what
      ? found(await operations.bodies(what.message), noEvent)
      : found(await operations.lead(what), noLead);
  }),
  budget: call('nothing', () => operations.budget()),
  dead: call('after', async ({ after }, caller) =>
    sight.dead(await operations.dead(after), caller),
  ),
  resend: call('ids', async ({ ids }) => ({ outcomes: await operations.resend(ids) })),
  drop: call('ids', async ({ ids }) => ({ outcomes: await operations.drop(ids) })),
  check: call('nothing', async () => ({ checks: await operations.check() })),
  alarms: call('nothing', () => operations.alarms()),
  events: call('events', async (query, caller) =>
    sight.events(await operations.events(query), caller),
  ),
  people: call('part', async ({ part }, caller) =>
    sight.people(await operations.people(part), caller),
  ),
  bulk: call('nothing', () => operations.askForImports()),
  problems: call('stretch', ({ forMs }) => operations.problems(forMs)),
  counts: call('stretch', ({ forMs }) => operations.counts(forMs)),
  preview: call('preview', (query) => operations.preview(query)),
  send: call('event', ({ event }) => operations.sendTest(event)),
  erase: call('user', ({ user }) => operations.erase(user)),
});

export type CallName = keyof ReturnType<typeof createCalls>;
