import type { FieldValue } from '../../lambdas/lead/types.ts';
import { stamp } from '../../lambdas/ingest/stamp.ts';
import type { JsonObject, QueuedEvent } from '../../lambdas/segment/event.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Dice } from './dice.ts';

/** An event as it went onto the queue, and what is expected of it. */
export interface Posted {
  readonly event: QueuedEvent;
  readonly group: string;
  /** The person's e-mail in lower case, where the event itself names it. */
  readonly email?: string;
  /** What an identify says, by the names of Marketo's fields. */
  readonly fields: readonly { readonly name: string; readonly value: FieldValue }[];
}

interface InputOptions {
  readonly people: number;
  readonly hasPoison: boolean;
  readonly skewMs: number;
}

/** What each identify with an e-mail may say, and no other: of these, who said it last wins. */
const contested = ['plan', 'city', 'score'];
const strange = 7;
const lateMostMs = 300_000;

const poison = 'poison@example.com';
/** A person whom Marketo takes no call for, and names no reason. */
export const isPoison = (email: string): boolean => email.toLowerCase() === poison;
export const isBadValue = (name: string, value: unknown): boolean =>
  name === 'Bad' && typeof value === 'string' && value.startsWith('bad');

const raised = (trait: string): string => trait.slice(0, 1).toUpperCase() + trait.slice(1);

export const contestedFields = contested.map(raised);

/** The fields of a Marketo that gets so many events. */
export const fieldsOfMarketo = (events: number): ReadonlySet<string> =>
  new Set([
    'Email',
    'Bad',
    ...contestedFields,
    ...Array.from({ length: events }, (_, index) => `Only${index}`),
  ]);

/** Makes the events of a world: a few people on a few devices, of which some are shared. */
export const createInput = (dice: Dice, { people, hasPoison, skewMs }: InputOptions) => {
  const traitsOf = (index: number, email: string | undefined): JsonObject => {
    const traits: Record<string, string | number> = { [`only${index}`]: index };
    if (email !== undefined)
      for (const name of contested) if (dice.chance(0.4)) traits[name] = `value ${dice.whole(3)}`;
    if (dice.chance(0.05)) traits.bad = `bad ${index}`;
    if (dice.chance(0.15)) traits[`strange${dice.whole(strange)}`] = index;
    return traits;
  };

  const cookie = (): JsonObject => {
    const token = `_mch-example.com-1374552656411-${10_000 + dice.whole(2 * people)}`;
    return { Marketo: { marketoCookie: `id:561-HYG-937&token:${token}` } };
  };

  const idsOf = (who: number): { userId?: string; anonymousId?: string } => {
    const userId = `user-${who}${dice.chance(0.2) ? '-b' : ''}`;
    const device = dice.chance(0.1) ? dice.whole(people) : who;
    const anonymousId = `device-${device}${dice.chance(0.3) ? '-b' : ''}`;
    if (dice.chance(0.3)) return { anonymousId };
    return dice.chance(0.5) ? { userId, anonymousId } : { userId };
  };

  /** The event with this number, received at about this time. */
  return (index: number, now: number): Posted => {
    const who = dice.whole(people);
    const address = who === 0 && hasPoison ? poison : `person-${who}@example.com`;
    const receivedAt = epochMs(Math.round(now + dice.upTo(2 * skewMs) - skewMs));
    const late = dice.upTo(dice.chance(0.2) ? lateMostMs : 2_000);
    const isPage = dice.chance(0.25);
    const email = !isPage && dice.chance(0.6) ? address : undefined;
    const traits = isPage ? {} : traitsOf(index, email);
    // Letter case is no difference between people.
    const given = email !== undefined && dice.chance(0.1) ? email.toUpperCase() : email;
    const content = isPage
      ? {
          type: 'page' as const,
          properties: {
            url: `https://example.com/${index}`,
            ...(dice.chance(0.1) && { email: address }),
          },
        }
      : {
          type: 'identify' as const,
          traits: given === undefined ? traits : { ...traits, email: given },
        };
    const { event, group } = stamp(
      {
        ...content,
        ...idsOf(who),
        ...(dice.chance(0.3) && { context: cookie() }),
        messageId: `message-${index}`,
        timestamp: epochMs(Math.round(receivedAt - late)),
        receivedAt,
      },
      index % 3,
      () => `message-${index}`,
    );
    const fields = Object.entries(traits).map(([name, value]) => ({
      name: raised(name),
      value: value as FieldValue,
    }));
    return { event, group, fields, ...(email !== undefined && { email }) };
  };
};
