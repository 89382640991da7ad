import { epochMs } from '../../../lambdas/segment/time.ts';
import type {
  StoredDeadLetter,
  DeadLetterStore,
} from '../../../operations/dead/deadLetterStore.ts';
import { noon } from '../../support/mailboxes.ts';
import type { createLeadsTableTwin } from '../../twins/leadsTable.ts';

const burials = new WeakMap<object, StoredDeadLetter['at']>();
let last = noon;

const timeOf = (letter: StoredDeadLetter['letter']): StoredDeadLetter['at'] => {
  const at = burials.get(letter) ?? (last = epochMs(last + 1));
  burials.set(letter, at);
  return at;
};

/** The dead letters of a leads table in memory. Each burial is told from others by a time of its own. */
export const createLettersTwin = (
  { dead }: Pick<ReturnType<typeof createLeadsTableTwin>, 'dead'>,
  pageItems = 100,
): DeadLetterStore => {
  return {
    page: (after = '') => {
      const ids = [...dead.keys()].sort().filter((id) => id > after);
      const taken = ids.slice(0, pageItems);
      const next = ids.length > pageItems ? taken.at(-1) : undefined;
      return Promise.resolve({ ids: taken, ...(next !== undefined && { next }) });
    },
    count: (most) =>
      Promise.resolve({ count: Math.min(dead.size, most), isAll: dead.size <= most, requests: 1 }),
    read: (ids) =>
      Promise.resolve(
        [...new Set(ids)].flatMap((id) => {
          const letter = dead.get(id);
          return letter ? [{ id, letter, at: timeOf(letter) }] : [];
        }),
      ),
    remove: (id, at) => {
      const letter = dead.get(id);
      const isIt = letter !== undefined && (at === undefined || at === timeOf(letter));
      return Promise.resolve(isIt && dead.delete(id));
    },
  };
};
