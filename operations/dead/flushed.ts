import type { DeadLetters } from '../parts.ts';

/** The same, which writes down what was done after each resend and drop. */
export const flushed = (letters: DeadLetters, flush: () => Promise<void>): DeadLetters => ({
  ...letters,
  resend: (ids) => letters.resend(ids).finally(flush),
  drop: (ids) => letters.drop(ids).finally(flush),
});
