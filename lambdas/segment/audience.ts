import type { Json, JsonObject, QueuedEvent } from './event.ts';
import { asObject } from './json.ts';

/*
 * Segment Engage says with an identify or a track that somebody entered or left an audience:
 * `context.personas` names the audience (`computation_key`) and what it is to the destination
 * (`external_audience_id`: here a static list), and the boolean of the audience's name stands among the
 * traits or the properties (segmentio/action-destinations, Marketo Static Lists).
 */

/** That somebody entered or left an audience. */
interface Audience {
  /** The trait or property that says it. */
  readonly key: string;
  /** The static list; as the event has it. */
  readonly list: Json;
  /** Anything but a boolean says nothing. */
  readonly isMember: Json | undefined;
}

type Told = Pick<QueuedEvent, 'type' | 'traits' | 'properties' | 'context'>;

const saidIn = (values: JsonObject | undefined, key: string): Json | undefined =>
  values && Object.hasOwn(values, key) ? values[key] : undefined;

/** The audience that an event is about; `undefined`: none that leads to a list. */
export const audienceOf = ({ type, traits, properties, context }: Told): Audience | undefined => {
  const personas = asObject(context?.personas);
  const { computation_key: key, external_audience_id: list } = personas ?? {};
  const isAudience = personas?.computation_class === 'audience' && typeof key === 'string';
  if (!isAudience || list === undefined || list === null || list === '') return undefined;
  if (type !== 'identify' && type !== 'track') return undefined;
  const isMember = type === 'identify' ? saidIn(traits, key) : saidIn(properties, key);
  return { key, list, isMember };
};

/** The same event without what says only that an audience was entered or left. */
export const withoutAudience = <Of extends Told>(event: Of, { key }: Audience): Of => {
  const without = (values: JsonObject | undefined): JsonObject | undefined =>
    values && Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
  const { traits, properties, context } = event;
  const inContext = without(asObject(context?.traits));
  return {
    ...event,
    ...(traits && { traits: without(traits) }),
    ...(properties && { properties: without(properties) }),
    ...(inContext && { context: { ...context, traits: inContext } }),
  };
};
