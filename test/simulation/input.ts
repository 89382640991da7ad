import type { FieldValue } from '../../lambdas/lead/leadTypes.ts';
import { stamp } from '../../lambdas/ingest/stamp.ts';
import type { JsonObject, QueuedEvent } from '../../lambdas/segment/event.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Character } from './character.ts';
import type { Dice } from './dice.ts';
import { createSenders } from './senders.ts';
import { bought, looked } from './tracks.ts';

/** An event as it went onto the queue, and what is expected of it. */
export interface Posted {
  readonly event: QueuedEvent;
  readonly group: string;
  /** The person's e-mail in lower case, where the event itself names it. */
  readonly email?: string;
  /** What an identify says, by the names of Marketo's fields. */
  readonly fields: readonly { readonly name: string; readonly value: FieldValue }[];
  readonly isVisit: boolean;
  readonly isActivity: boolean;
  /** What it says of a company, by the names of its registers. */
  readonly company?: {
    readonly id: string;
    readonly values: readonly { readonly name: string; readonly value: FieldValue }[];
  };
}

type InputOptions = Pick<
  Character,
  | 'people'
  | 'hasPoison'
  | 'skewMs'
  | 'hasActivities'
  | 'tracks'
  | 'hasDeletes'
  | 'newEmails'
  | 'hasServers'
>;

/** What each identify with an e-mail may say, and no other: of these, who said it last wins. */
const contested = ['plan', 'city', 'score'];
/** The first of them is sent once, in worlds that have such fields. */
export const sentOnce = 'Plan';
const strange = 7;
export const maxLateMs = 300_000;

/** Values that begin with this are refused by Marketo, whatever it says of their fields. */
export const badStart = 'bad';
export const isBad = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith(badStart);

/** A field that takes whole numbers alone, or texts that say one. */
const wholeNumber = 'Age';
export const isBadValue = (name: string, value: unknown): boolean =>
  (name === 'Bad' && isBad(value)) || (name === wholeNumber && !/^\d+$/.test(String(value)));

const raised = (trait: string): string => trait.slice(0, 1).toUpperCase() + trait.slice(1);

export const contestedFields = contested.map(raised);

/** The field that the event with this number sets, and no other does. */
const onlyOf = (index: number): string => `only${index}`;
export const isOnly = (name: string): boolean => name.startsWith(raised(onlyOf(0)).slice(0, -1));

/** The fields of a Marketo that gets so many events, and their types. */
export const fieldsOfMarketo = (events: number): ReadonlyMap<string, string> =>
  new Map([
    ...['Email', 'Bad', ...contestedFields].map((name) => [name, 'any'] as const),
    ...Array.from({ length: events }, (_, index) => [raised(onlyOf(index)), 'any'] as const),
    [wholeNumber, 'integer'],
  ]);

/** The fields that events bring and that Marketo does not have. */
export const fieldsLacking: readonly string[] = Array.from(
  { length: strange },
  (_, index) => `Strange${index}`,
);

type Content = Pick<QueuedEvent, 'type' | 'traits' | 'properties' | 'event' | 'context'>;

/** Makes the events of a world: a few people on a few devices, of which some are shared. */
export const createInput = (dice: Dice, options: InputOptions) => {
  const { people, skewMs, hasActivities, tracks, hasDeletes, hasServers } = options;

  const { emailOf, idsOf, userOf } = createSenders(dice, options);

  const ageOf = (index: number): string | number =>
    [index, String(index), 'older than that'][dice.whole(3)] ?? index;

  const traitsOf = (index: number, email: string | undefined): JsonObject => {
    const traits: Record<string, string | number> = { [onlyOf(index)]: index };
    if (email !== undefined)
      for (const name of contested) if (dice.chance(0.4)) traits[name] = `value ${dice.whole(3)}`;
    if (dice.chance(0.05)) traits.bad = `${badStart} ${index}`;
    if (dice.chance(0.15)) traits[`strange${dice.whole(strange)}`] = index;
    if (dice.chance(0.15)) traits.age = ageOf(index);
    return traits;
  };

  const cookie = (): JsonObject => {
    const token = `_mch-example.com-1374552656411-${10_000 + dice.whole(2 * people)}`;
    return { Marketo: { marketoCookie: `id:561-HYG-937&token:${token}` } };
  };

  const kindOf = (): QueuedEvent['type'] => {
    const kind = dice.next();
    if (kind < 0.17) return 'page';
    if (kind < 0.4) return 'track';
    return hasDeletes && kind > 0.94 ? 'delete' : 'identify';
  };

  const trackOf = (index: number): Content => {
    const event = [bought, looked, 'Something Else'][dice.whole(3)] ?? bought;
    const plan = `${dice.chance(0.1) ? badStart : 'good'} ${index}`;
    return { type: 'track', event, properties: { plan, count: index } };
  };

  const contentOf = (index: number, email: string | undefined, address: string): Content => {
    const type = kindOf();
    const visitor = dice.chance(0.3) ? cookie() : undefined;
    if (type === 'delete') return { type };
    if (type === 'identify') {
      const traits = traitsOf(index, email);
      const named = email === undefined ? traits : { ...traits, email };
      return { type, traits: named, ...(visitor && { context: visitor }) };
    }
    const hint: JsonObject = dice.chance(0.1) ? { email: address } : {};
    const context = { ...visitor, ...(email !== undefined && { traits: { email } }) };
    if (type === 'track') return { ...trackOf(index), context };
    return {
      type,
      properties: { url: `https://example.com/${index}`, ...hint },
      ...(visitor && { context: visitor }),
    };
  };

  const outOf = ({ type, event }: Content): Pick<Posted, 'isVisit' | 'isActivity'> => {
    if (type !== 'track') return { isVisit: type === 'page', isActivity: false };
    const isActivity = hasActivities && (event === bought || event === looked);
    const isVisit = isActivity ? event === looked : tracks === 'all';
    return { isVisit, isActivity };
  };

  /** The event with this number, received at about this time. */
  return (index: number, now: number): Posted => {
    const who = dice.whole(people);
    const ids = idsOf(who);
    const address = emailOf(who, ids.userId !== undefined);
    const receivedAt = epochMs(Math.round(now + dice.upTo(2 * skewMs) - skewMs));
    const late = dice.upTo(dice.chance(0.2) ? maxLateMs : 2_000);
    const given = dice.chance(0.6) ? address : undefined;
    // Letter case is no difference between people.
    const spelled = given !== undefined && dice.chance(0.1) ? given.toUpperCase() : given;
    const content = contentOf(index, spelled, address);
    const { type, traits = {} } = content;
    const isNamed = given !== undefined && (type === 'identify' || type === 'track');
    const kind = hasServers && dice.chance(0.5) ? 'server' : 'browser';
    const { event, group } = stamp(
      {
        ...content,
        ...ids,
        ...(type === 'delete' && { userId: ids.userId ?? userOf(who) }),
        messageId: `message-${index}`,
        source: { name: 'world', kind },
        // All that came before a deletion is older, whatever the clocks of its senders say.
        ...(type === 'delete'
          ? { timestamp: epochMs(receivedAt + 1), receivedAt: epochMs(receivedAt + 1) }
          : { timestamp: epochMs(Math.round(receivedAt - late)), receivedAt }),
      },
      index % 3,
    );
    const fields = Object.entries(traits)
      .filter(([name]) => name !== 'email')
      .map(([name, value]) => ({ name: raised(name), value: value as FieldValue }));
    return { event, group, fields, ...outOf(content), ...(isNamed && { email: given }) };
  };
};
