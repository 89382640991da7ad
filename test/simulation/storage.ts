import type { CircuitBreakerState } from '../../lambdas/lead/circuitBreakerState.ts';
import type { IdentityRecord, LeadId, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type { createLeadsTableTwin } from '../twins/leadsTable.ts';

type Rows = ReturnType<typeof createLeadsTableTwin>['rows'];
type Row = Rows extends ReadonlyMap<string, infer R> ? R : never;

/** An item of the leads table; `key` is what stands behind its kind. */
interface Item<T> {
  readonly key: string;
  readonly state: T;
  readonly entry?: unknown;
  readonly expiresAt?: number;
}

/** Reads the items of a table, each once for as long as it stays the same. */
export const createReader = (rows: Rows) => {
  const read = new WeakMap<object, Item<unknown>>();
  const itemOf = (key: string, row: Row): Item<unknown> => {
    const known = read.get(row);
    if (known) return known;
    const item = { ...row.item, key, state: JSON.parse(row.json) as unknown };
    read.set(row, item);
    return item;
  };
  const itemsOf = <T>(prefix: string): Item<T>[] => {
    const items: Item<T>[] = [];
    for (const [key, row] of rows)
      if (key.startsWith(prefix)) items.push(itemOf(key.slice(prefix.length), row) as Item<T>);
    return items;
  };
  const mailboxOf = (lead: LeadId): Mailbox | undefined => {
    const row = rows.get(`lead#${lead}`);
    return row && (itemOf(lead, row) as Item<Mailbox>).state;
  };
  return {
    /** The lead with this id and, where it is only an alias, those that it names, the last one last. */
    leadsNamed: (lead: LeadId): readonly LeadId[] => {
      const named = [lead];
      for (let next = mailboxOf(lead)?.alias; next; next = mailboxOf(next.lead)?.alias) {
        if (named.includes(next.lead)) break;
        named.push(next.lead);
      }
      return named;
    },
    /** Marketo's id of a lead, as we know it. */
    idKnown: (lead: LeadId): number | undefined => mailboxOf(lead)?.marketoId,
    mailboxes: () => itemsOf<Mailbox>('lead#'),
    keys: () => itemsOf<IdentityRecord>('key#'),
    /** Until then no call may be tried; a probe whose worker died counts as under way. */
    breakerOpenUntil: (): number =>
      Math.max(
        ...itemsOf<CircuitBreakerState>('window').flatMap(({ state }) => [
          state.closedUntil ?? 0,
          state.probeUntil ?? 0,
        ]),
        0,
      ),
  };
};
