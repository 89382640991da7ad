import { readAllPages } from '../../lambdas/aws/batchRead.ts';
import type { LeadsTable, Stored } from '../../lambdas/store/leadsTable.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import type { Character } from './character.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { createLaggingIndex } from './laggingIndex.ts';
import type { Scheduler } from './scheduler.ts';

const retryMs = 400;
const unprocessedPauseMs = 50;

interface TablePorts {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly character: Pick<Character, 'shards' | 'indexLagMs'>;
  /** Told of each write that landed. */
  readonly onWrite: (key: string, item: Stored) => void;
  /** How a batch is read: the adapter's own loop, or that of a plant. */
  readonly readAll?: typeof readAllPages;
}

/** The leads table behind a network. `rewritten` names dead letters that changed after they were written. */
export const createFaultyTable = (ports: TablePorts) => {
  const { scheduler, faults, dice, character, onWrite, readAll = readAllPages } = ports;
  const { shards, indexLagMs } = character;
  const { table: twin, rows, dead } = createLeadsTableTwin(shards);
  const index = createLaggingIndex(shards, indexLagMs, scheduler.now);
  const rewritten: string[] = [];

  /** DynamoDB reads each item of a batch at a moment of its own, or not at all. */
  const readPage = async (keys: readonly string[]) => {
    const items: (readonly [string, Stored])[] = [];
    const unprocessed: string[] = [];
    for (const key of keys) {
      if (faults.strikes('slow')) await faults.lag();
      if (faults.strikes('unprocessedKeys')) unprocessed.push(key);
      else items.push(...(await twin.read([key])));
    }
    return { items, unprocessed };
  };

  const writeOnce = async (...[key, item, expected]: Parameters<LeadsTable['write']>) => {
    const isWritten = await twin.write(key, item, expected);
    if (!isWritten) return false;
    index.put(key, item.entry);
    onWrite(key, item);
    return true;
  };

  const table: LeadsTable = {
    read: (keys) =>
      faults.call(
        async () =>
          new Map(await readAll(keys, readPage, () => scheduler.sleep(unprocessedPauseMs))),
      ),
    write: (...write) =>
      faults.call(async () => {
        const isWritten = await writeOnce(...write);
        if (!isWritten || !faults.strikes('lostResponses')) return isWritten;
        await faults.lag(retryMs);
        return writeOnce(...write);
      }),
    due: (lane, shard, until) =>
      faults.call(() => {
        const ageMs = faults.strikes('staleIndexes') ? dice.upTo(indexLagMs) : 0;
        return { items: index.due(lane, shard, until, ageMs) };
      }),
    count: (lane, shard, until) => faults.call(() => index.due(lane, shard, until, 0).length),
    putDeadLetter: (id, letter, at) =>
      faults.call(() => {
        const before = dead.get(id);
        if (before && JSON.stringify(before) !== JSON.stringify(letter)) rewritten.push(id);
        return twin.putDeadLetter(id, letter, at);
      }),
    listDeadLetters: (prefixes) => faults.call(() => twin.listDeadLetters(prefixes)),
    deadLetters: (ids) => faults.call(() => twin.deadLetters(ids)),
    retractDeadLetter: (...letter) => faults.call(() => twin.retractDeadLetter(...letter)),
  };
  return { table, rows, dead, rewritten };
};
