import type { Trace, World } from './world.ts';

/** A world at the end. */
interface Seen {
  readonly world: World;
  /** What it was when it had come to rest, or patience had ended. */
  readonly atRest: Trace;
  /** What it was a while after. */
  readonly later: Trace;
}

/** What breaks one invariant, in the words of events and leads; nothing where it holds. */
export type Check = (seen: Seen) => readonly string[];
