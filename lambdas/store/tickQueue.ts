import type { LeadId } from '../lead/leadTypes.ts';

/** A hint to look at the index once the delay is over. */
export interface Tick {
  readonly delaySeconds: number;
  /** Due by now, whether or not the index knows yet. */
  readonly leads?: readonly LeadId[];
  /** Visits are due, too. */
  readonly visits?: true;
}

/** The tick queue. May reject; nothing depends on a tick. */
export interface TickQueue {
  send(ticks: readonly Tick[]): Promise<void>;
}
