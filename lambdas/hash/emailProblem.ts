import { hashLimits } from '../limits.ts';
import { isEmail } from '../segment/email.ts';

/** What is wrong with an e-mail, finishing a sentence that begins with its name; undefined if nothing is. */
export const wrongWith = (email: string): string | undefined => {
  if (email.length > hashLimits.emailCharacters) {
    return `must have at most ${hashLimits.emailCharacters} characters`;
  }
  return isEmail(email.trim()) ? undefined : 'must be an e-mail address';
};
