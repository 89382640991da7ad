import type { Snapshot } from '../../lambdas/lead/lock.ts';
import type { Entry } from '../../lambdas/lead/schedule.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';

/** One item of the leads table. */
export interface Item {
  readonly version: number;
  readonly mailbox: Mailbox;
  readonly entry?: Entry;
}

/** Where the absorption of one event stands. */
export type Absorber =
  | { readonly at: 'to come' }
  | { readonly at: 'writes'; readonly read?: Item }
  | { readonly at: 'done' };

/** What Marketo answered, as far as the dispatcher knows. */
export type Heard = 'synced' | 'nothing' | 'not sent';

/** A call whose lock is taken; `locked` is what the lock left in the table. */
interface Called {
  readonly snapshot: Snapshot;
  readonly deadline: number;
  readonly locked: Item;
}

/** Where a dispatcher stands. What it read stands beside it: others may write before it does. */
export type Dispatcher =
  | { readonly at: 'idle' }
  /** `since`: the moment that its lease and its deadline count from. */
  | { readonly at: 'locks'; readonly read: Item; readonly since: number }
  | ({ readonly at: 'starts' } & Called)
  | ({ readonly at: 'waits'; readonly isUnheard?: true } & Called)
  | {
      readonly at: 'settles';
      readonly snapshot: Snapshot;
      readonly heard: Heard;
      readonly endedAt: number;
      readonly read: Item;
    };

/** The call that Marketo works on. */
interface Working {
  readonly owner: string;
  readonly startedAt: number;
  readonly value: string;
}

/** All there is at one moment: one lead, two events, two dispatchers, Marketo. Plain JSON. */
export interface State {
  readonly now: number;
  readonly item?: Item;
  /** What the index shows, and since when that is not what the table holds. */
  readonly shown: { readonly entry?: Entry; readonly staleSince?: number };
  /** The tick that comes once in a while waits for a dispatcher. */
  readonly isScheduled: boolean;
  readonly absorbers: readonly [Absorber, Absorber];
  readonly dispatchers: readonly [Dispatcher, Dispatcher];
  readonly working: readonly Working[];
  /** What Marketo has. */
  readonly value?: string;
  readonly lastEndedAt?: number;
  /** Workers that may yet die. */
  readonly crashes: number;
  /** Moments that may yet pass while somebody is at work. */
  readonly delays: number;
  /** Answers that may yet be lost. */
  readonly silences: number;
}

/** What may go wrong besides lost ticks, a stale index and lost races. */
export type Faults = Pick<State, 'crashes' | 'delays' | 'silences'>;

export const firstOf = (faults: Faults): State => ({
  now: 0,
  shown: {},
  isScheduled: false,
  absorbers: [{ at: 'to come' }, { at: 'to come' }],
  dispatchers: [{ at: 'idle' }, { at: 'idle' }],
  working: [],
  ...faults,
});
