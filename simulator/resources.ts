import type { CallEffect } from './calls.ts';
import type { Fault, Faults, Subject } from './faults.ts';
import type { FieldTable } from './fields.ts';
import type { Limits } from './limits.ts';
import type { LockRule } from './lock.ts';
import type { State } from './state.ts';
import type { SyncResult } from './sync.ts';

/** What every call has at hand. */
export interface Resources {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly state: State;
  readonly fields: FieldTable;
  readonly lock: LockRule;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly note: (effect: CallEffect) => void;
}

/** What an API adds to a call. */
export interface Endpoint {
  /** Its name as a fault's target. */
  readonly name: string;
  /** Whether an answer like this fault says that Marketo did not begin to work. */
  readonly refusesBeforeWork: (fault: Fault) => boolean;
  /** Its calls a day; absent: as the limits say. */
  readonly callsPerDay?: number;
}

/** The fault that waits for a record of the call; it has hit, and waits no more, once it is taken. */
export type TakeFault = (subject: () => Subject) => Fault | undefined;

/** The work of a call. */
export interface Work {
  /** Which leads to lock, decided as the work starts; throws the Refusal of a whole call. */
  claim(take: TakeFault): {
    readonly keys: readonly string[];
    readonly worked: boolean;
    readonly lockBreach: boolean;
    /** How long faults for its records hold the call up. */
    readonly delayMs: number;
  };
  /** Does it. `touched`: the lock keys of leads that it found or made beyond those claimed. */
  act(): {
    readonly results: readonly SyncResult[];
    readonly touched: readonly string[];
  };
}
