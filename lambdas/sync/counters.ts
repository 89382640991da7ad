import type { Count } from '../lead/pacing.ts';

/** Counters that all workers share; each is one atomic number that starts at 0. */
export interface Counters {
  /**
   * Adds, unless the count would then be more than `most`; false: it would, and nothing changed. A
   * lost answer may leave it added: a count is never too low.
   */
  add(key: string, amount: number, limit: Omit<Count, 'key'>): Promise<boolean>;
  /** Takes off what was added. At most once, so never retried; a rejection may mean either. */
  giveBack(key: string, amount: number): Promise<void>;
  /** The count by now, strongly consistent. */
  used(key: string): Promise<number>;
}
