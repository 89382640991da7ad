import { shortHashOf } from '../lambdas/digest.ts';
import { holdEndsAt } from '../lambdas/lead/keys.ts';
import { createReads } from '../lambdas/store/leadStore.ts';
import { alarmTiming } from '../lambdas/limits.ts';
import { createClosed, createNextCall } from './budgetClosed.ts';
import { OperationsError } from './error.ts';
import { isOver, outcomeOf } from './eventOutcome.ts';
import { eventSummary } from './eventSummary.ts';
import type { Places } from './eventTrace.ts';
import { readPlaces, traceOf } from './eventTrace.ts';
import { prefixesOf } from './leadNames.ts';
import { waitOf } from './leadWait.ts';
import { earliestFirst } from './lines/order.ts';
import type { OperationsParts } from './parts.ts';
import type { Operations } from './ports.ts';
import type { DeadView, Told, ToldCall, Which } from './views.ts';

const shortHash = /^[\w-]{11}$/;
/** Of the lead's lines: enough to find why it waits. */
const maxReasons = 50;
/** Of the list of dead letters, looked through for one that no item leads to. */
const maxPages = 20;

/** What to do where nothing is known of what has ended. */
const noHistory =
  'no history is kept (history.days is 0), so nothing is known of single events: look their person up, or set history.days and deploy';

const messageIn = (which: Which): string => {
  if ('message' in which) {
    if (shortHash.test(which.message)) return which.message;
    throw new OperationsError(
      'bad-input',
      'message: a short hash of 11 characters was expected, as the delivery lines have it; to look an event up by its id give messageId',
    );
  }
  if (which.messageId !== '') return shortHashOf(which.messageId);
  throw new OperationsError('bad-input', 'messageId: it is empty; give it as the sender has it');
};

const isStep = (line: Told | ToldCall): line is Told => line.kind === 'step';

/** An event by now. Rejects with `bad-input` for what is no id; `undefined`: no line tells of it. */
export const createEventView = (parts: OperationsParts): Operations['event'] => {
  const { lines, dead, clock, holdMs } = parts;
  const reads = createReads(parts);
  const closedNow = createClosed(parts);
  const nextCall = createNextCall(parts);

  const lettersWith = async (message: string, places: Places): Promise<readonly DeadView[]> => {
    const owners = [...places.leads].flatMap(([id, state]) =>
      prefixesOf({ lead: { id, loaded: { state } } }),
    );
    const holders = [...places.keys].flatMap(([id, item]) => prefixesOf({ key: { id, item } }));
    const letters = await dead.of([...new Set([...owners, ...holders])]);
    return letters.filter(({ messages }) => messages.includes(message));
  };

  /**
   * Those that no item leads to: an event that the worker could not process at all is on the
   * dead-letter queue, and a visit's stands under a cookie that nobody's item may have.
   */
  const listedWith = async (message: string): Promise<readonly DeadView[]> => {
    let after: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const { dead: listed, next } = await dead.dead(after);
      const letters = listed.filter(({ messages }) => messages.includes(message));
      if (letters.length > 0 || next === undefined) return letters;
      after = next;
    }
    return [];
  };

  return async (which) => {
    const message = messageIn(which);
    const told = earliestFirst(await lines.ofMessage(message));
    const steps = told.filter(isStep);
    if (told.length === 0 && parts.historyDays === 0)
      throw new OperationsError('unusable', noHistory);
    const [first] = told;
    // An event that could not be processed at all has left nothing but its message.
    const unprocessed = first === undefined ? await listedWith(message) : [];
    if (first === undefined && unprocessed.length === 0) return undefined;
    const firstAt = first?.at ?? unprocessed[0]?.at ?? clock.now();
    const places = await readPlaces(reads, steps);
    const trace = traceOf(message, places);
    const { lead, mailbox, holder } = trace;
    const [letters, closed, nextCallAt, timeline] = await Promise.all([
      lettersWith(message, places),
      trace.waiting ? closedNow() : undefined,
      trace.waiting ? nextCall() : clock.now(),
      trace.waiting && lead ? lines.ofLead(lead, maxReasons) : [],
    ]);
    const now = clock.now();
    const isOld = now - firstAt > alarmTiming.eventsOldestSeconds * 1_000;
    const known = outcomeOf(steps, trace, letters);
    const isMissed = known.kind === 'dead' ? known.isGone : known.kind === 'queued' && isOld;
    const listed = isMissed && first !== undefined ? await listedWith(message) : unprocessed;
    const all = [...letters, ...listed];
    const outcome = listed.length > 0 ? outcomeOf(steps, trace, all) : known;
    const messageId =
      'messageId' in which ? which.messageId : steps.find((step) => step.messageId)?.messageId;
    return {
      now,
      message,
      ...(messageId !== undefined && { messageId }),
      ...(lead !== undefined && { lead }),
      summary: eventSummary({
        now,
        outcome,
        steps,
        aside: trace.aside,
        wait: mailbox && waitOf(mailbox, { now, closed, nextCallAt, timeline }),
        heldUntil: holder && holdEndsAt(holder.item, holdMs),
      }),
      isDone: isOver(outcome),
      state: outcome.kind,
      tookMs: (told.at(-1)?.at ?? firstAt) - firstAt,
      steps: told.map((line) => ({ ...line, afterMs: line.at - firstAt })),
      dead: all,
    };
  };
};
