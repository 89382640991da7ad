import type { Character } from './character.ts';
import type { Dice } from './dice.ts';

const poison = 'poison@example.com';
/** A person whom Marketo takes no call for, and names no reason. */
export const isPoison = (email: string): boolean => email.toLowerCase() === poison;

type Senders = Pick<Character, 'people' | 'hasPoison' | 'newEmails'>;

/** Under which keys a few people on a few devices, of which some are shared, send their events. */
export const createSenders = (dice: Dice, { people, hasPoison, newEmails }: Senders) => {
  const emailsOf = (who: number): readonly string[] =>
    ['', '-new', '-newest'].map((which) => `person-${who}${which}@example.com`);

  const userOf = (who: number): string => `user-${who}${dice.chance(0.2) ? '-b' : ''}`;

  return {
    userOf,
    /** The e-mail under which an event names this person. */
    emailOf: (who: number, isUser: boolean): string => {
      if (who === 0 && hasPoison) return poison;
      const [first = '', ...later] = emailsOf(who);
      const mayChange = newEmails === 'of all' || (newEmails === 'of users' && isUser);
      if (!mayChange || dice.chance(0.5)) return first;
      // Now and then it is a friend's.
      if (dice.chance(0.05)) return emailsOf(people - 1)[0] ?? first;
      return later[dice.whole(later.length)] ?? first;
    },
    idsOf: (who: number): { userId?: string; anonymousId?: string } => {
      const userId = userOf(who);
      const device = dice.chance(0.1) ? dice.whole(people) : who;
      const anonymousId = `device-${device}${dice.chance(0.3) ? '-b' : ''}`;
      if (dice.chance(0.3)) return { anonymousId };
      return dice.chance(0.5) ? { userId, anonymousId } : { userId };
    },
  };
};
