import type { Field, IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type { CallAnswer, Update } from '../../lambdas/marketo/marketoTypes.ts';
import type { LeadsTable } from '../../lambdas/store/leadsTable.ts';
import type { MarketoLeads } from '../../lambdas/marketo/marketoPorts.ts';
import type { SyncSidePorts } from '../../lambdas/sync/composeSync.ts';
import type { Invariant } from './invariants.ts';
import type { Planted } from './planted.ts';
import type { Rates } from './faults.ts';

export interface PlantedFault extends Planted {
  /** What a world with this fault breaks, among other things. */
  readonly breaks: Invariant;
}

/** Worlds in which no message comes a second time, so that nothing makes good what a fault did. */
export const nothingComesAgain = {
  kills: 0,
  duplicates: 0,
  thrownBefore: 0,
  thrownAfter: 0,
} satisfies Partial<Rates>;

type OnPorts = NonNullable<Planted['ports']>;

export const onPorts =
  (change: (ports: SyncSidePorts) => Partial<SyncSidePorts>): OnPorts =>
  (ports) => ({ ...ports, ...change(ports) });

export const onTiming = (change: Partial<SyncSidePorts['timing']>): OnPorts =>
  onPorts(({ timing }) => ({ timing: { ...timing, ...change } }));

export const onTable = (change: (table: LeadsTable) => Partial<LeadsTable>): OnPorts =>
  onPorts(({ table }) => ({ table: { ...table, ...change(table) } }));

/** Changes mailboxes on their way into the table; `before` is what stands there. */
export const onMailboxes = (change: (mailbox: Mailbox, before: Mailbox) => Mailbox): OnPorts =>
  onTable((table) => ({
    write: async (key, item, expected) => {
      const before = key.startsWith('lead#') ? (await table.read([key])).get(key) : undefined;
      if (before === undefined) return table.write(key, item, expected);
      const state = change(item.state as Mailbox, before.state as Mailbox);
      return table.write(key, { ...item, state }, expected);
    },
  }));

/** Changes items of keys on their way into the table. */
export const onKeys = (change: (key: IdentityRecord) => IdentityRecord): OnPorts =>
  onTable((table) => ({
    write: (name, item, expected) => {
      const state = name.startsWith('key#') ? change(item.state as IdentityRecord) : item.state;
      return table.write(name, { ...item, state }, expected);
    },
  }));

/** Whether this write ends a call. */
export const isSettling = (mailbox: Mailbox, before: Mailbox): boolean =>
  before.owner !== undefined && mailbox.lastOwner === before.owner;

export const withFields = (
  mailbox: Mailbox,
  change: (field: Field, name: string) => Field,
): Mailbox => ({
  ...mailbox,
  fields: Object.fromEntries(
    Object.entries(mailbox.fields).map(([name, field]) => [name, change(field, name)]),
  ),
});

type Sync = MarketoLeads['sync'];

export const onSync = (change: (sync: Sync, ports: SyncSidePorts) => Sync): OnPorts =>
  onPorts((ports) => {
    const sync: Sync = (...call) => ports.marketo.sync(...call);
    return { marketo: { ...ports.marketo, sync: change(sync, ports) } };
  });

export const onAnswers = (
  change: (answer: CallAnswer, call: readonly Update[]) => CallAnswer,
): OnPorts =>
  onSync(
    (sync) =>
      async (call, ...rest) =>
        change(await sync(call, ...rest), call),
  );

const never = (): Promise<never> => new Promise(() => undefined);

/** This share of the workers that call never hears of their calls again. */
export const dyingInCalls = (share: number): OnPorts =>
  onSync((sync, { random }) => (...call) => {
    const answer = sync(...call);
    return random() < share ? never() : answer;
  });

export const both =
  (one: OnPorts, other: OnPorts): OnPorts =>
  (ports) =>
    other(one(ports));
