import type { Logger } from '../../lambdas/delivery.ts';
import type { LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { concurrently } from '../../lambdas/concurrently.ts';
import { deadLetterLimits } from '../limits.ts';
import type { DeadLetters } from '../parts.ts';
import type { DeadOutcome } from '../views.ts';
import type { DeadEvents } from './events.ts';
import type { ActionResult } from './actionResult.ts';
import { failed, resultOfEvent, gone } from './actionResult.ts';
import { namedBy } from './ids.ts';
import type { StoredDeadLetter, DeadLetterStore } from './deadLetterStore.ts';
import { createRemembered } from './remembered.ts';
import type { RedriveParts } from './redrives.ts';
import { createRedrives } from './redrives.ts';
import { createActionLog } from './actionLog.ts';
import { latestFirst, viewOfEvent, viewOfLetter } from './views.ts';

interface DeadParts extends RedriveParts {
  readonly letters: DeadLetterStore;
  readonly events: DeadEvents;
  readonly table: LeadsTable;
  /** Gets the delivery lines of what is resent and dropped. */
  readonly logger: Logger;
}

/**
 * The dead letters of one destination: those of leads, keys and visits from the leads table, and the
 * events that the worker could not process from their dead-letter queue.
 *
 * `dead`: latest first within a page. The pages themselves come in the order of the index, which is
 * none; the first one also has the events that SQS shows at that moment.
 * `resend`: a letter is removed only after what it held is safe where it goes, so a crash in between
 * loses nothing; and what goes back is known there, so nothing is sent twice but visits.
 * `drop`: for good; the same letter may be written again, should the same happen again.
 * All reject where nothing can be reached; what fails for one letter is its outcome.
 */
export const createDead = (parts: DeadParts) => {
  const { letters, events, table } = parts;
  const log = createActionLog(parts.logger);
  const createRedrive = createRedrives(parts, log);
  const counted = createRemembered(letters, parts.clock);

  /** Does something to letters, those of one person one after the other, the latest first. */
  const each = async (
    ids: readonly string[],
    work: (stored: StoredDeadLetter) => Promise<ActionResult>,
  ): Promise<ReadonlyMap<string, ActionResult>> => {
    const results = new Map<string, ActionResult>();
    const untried = new Map<string, ActionResult>();
    let trouble: Error | undefined;
    await concurrently(
      [...Map.groupBy(ids, ownerOf).values()],
      async (group) => {
        const found = (await letters.read(group)).toSorted((a, b) => b.at - a.at);
        for (const stored of found) results.set(stored.id, await work(stored).catch(failed));
      },
      (group, error) => {
        trouble ??= asError(error);
        for (const id of group) untried.set(id, failed(error));
      },
    );
    if (results.size === 0 && trouble) throw trouble;
    return new Map([...untried, ...results]);
  };

  const resendLetters = (ids: readonly string[]): Promise<ReadonlyMap<string, ActionResult>> => {
    const redrive = createRedrive();
    return each(ids, async (stored) => {
      const result = await redrive(stored);
      if (result.isSettled) await letters.remove(stored.id, stored.at);
      return result;
    });
  };

  const dropLetters = (ids: readonly string[]): Promise<ReadonlyMap<string, ActionResult>> =>
    each(ids, async (stored) => {
      if (!(await letters.remove(stored.id))) return gone;
      log.dropped(viewOfLetter(stored));
      return { outcome: 'dropped', isSettled: true };
    });

  /** The outcomes for these ids, in their order; each id once. */
  const outcomesOf = async (
    ids: readonly string[],
    toLetters: (ids: readonly string[]) => Promise<ReadonlyMap<string, ActionResult>>,
    toEvents: (ids: readonly string[]) => Promise<ReadonlyMap<string, ActionResult>>,
  ): Promise<readonly DeadOutcome[]> => {
    const named = new Map(ids.map((id) => [id, namedBy(id)]));
    const of = (kind: 'letter' | 'event'): string[] =>
      [...named.values()].flatMap((one) => (one.kind === kind ? [one.id] : []));
    const both = Promise.all([toLetters(of('letter')), toEvents(of('event'))]);
    const [deadLetter, event] = await both.finally(counted.forget);
    return [...named].map(([id, one]) => {
      const { outcome, because } = { letter: deadLetter, event }[one.kind].get(one.id) ?? gone;
      return { id, outcome, ...(because !== undefined && { because }) };
    });
  };

  const eventsDone =
    (outcome: 'resent' | 'dropped', act: DeadEvents['resend'], say: 'queued' | 'dropped') =>
    async (ids: readonly string[]): Promise<ReadonlyMap<string, ActionResult>> => {
      const results = [...(await act(ids))];
      for (const [, result] of results)
        if (result.kind === 'done') log[say](viewOfEvent(result.event));
      return new Map(results.map(([id, result]) => [id, resultOfEvent(result, outcome)]));
    };

  return {
    dead: async (after?: string) => {
      const [page, seen] = await Promise.all([
        letters.page(after),
        after === undefined ? events.look() : { events: [], hidden: 0 },
      ]);
      const views = (await letters.read(page.ids)).map(viewOfLetter);
      const dead = latestFirst([...views, ...seen.events.map(viewOfEvent)]);
      return {
        dead,
        ...(page.next !== undefined && { next: page.next }),
        ...(seen.hidden > 0 && { hidden: seen.hidden }),
      };
    },

    of: async (prefixes) => {
      const max = deadLetterLimits.pageItems;
      // Of each owner the earliest come first.
      const owners = Map.groupBy(await table.listDeadLetters(prefixes), ownerOf).values();
      const ids = [...owners].flatMap((some) => some.slice(-max)).slice(0, max);
      const found = await letters.read(ids);
      return latestFirst(found.map(viewOfLetter));
    },

    /**
     * Dead letters of the leads table, counted up to `most`; the events have their queue's count.
     * Of a large backlog it may be a minute old.
     */
    count: counted.count,

    resend: (ids) =>
      outcomesOf(
        ids,
        resendLetters,
        eventsDone('resent', (some) => events.resend(some), 'queued'),
      ),

    drop: (ids) =>
      outcomesOf(
        ids,
        dropLetters,
        eventsDone('dropped', (some) => events.drop(some), 'dropped'),
      ),
  } satisfies DeadLetters;
};

const ownerOf = (id: string): string => id.split('#', 1)[0] ?? '';

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error('the dead letters could not be read');
