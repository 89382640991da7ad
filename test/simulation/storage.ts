import type { KeyItem, Mailbox } from '../../lambdas/lead/types.ts';
import type { createLeadsTableTwin } from '../twins/leadsTable.ts';

type Rows = ReturnType<typeof createLeadsTableTwin>['rows'];

/** An item of the leads table; `key` is what stands behind its kind. */
export interface Item<T> {
  readonly key: string;
  readonly state: T;
  readonly wakeAt?: number;
  readonly expiresAt?: number;
}

/** Reads the items of a table, each once for as long as it stays the same. */
export const createReader = (rows: Rows) => {
  const read = new WeakMap<object, unknown>();
  const stateOf = (row: object, json: string): unknown => {
    if (!read.has(row)) read.set(row, JSON.parse(json));
    return read.get(row);
  };
  const itemsOf = <T>(prefix: string): Item<T>[] =>
    [...rows].flatMap(([key, row]) =>
      key.startsWith(prefix)
        ? [{ ...row.item, key: key.slice(prefix.length), state: stateOf(row, row.json) as T }]
        : [],
    );
  return {
    mailboxes: () => itemsOf<Mailbox>('lead#'),
    keys: () => itemsOf<KeyItem>('key#'),
  };
};
