import type { Activity, ActivityValue } from '../lead/types.ts';
import type { Json, QueuedEvent } from '../segment/event.ts';
import { isObject } from '../segment/json.ts';
import { looseKey } from '../segment/looseKey.ts';
import { epochMs } from '../segment/time.ts';
import type { Settings } from '../settings.ts';
import { fieldValue } from './fieldsValues.ts';
import { byCodeUnit, looseGet } from './text.ts';

export type ActivityRules = Pick<Settings, 'activities' | 'events'>;

type Mapping = Settings['activities'][string];
type Source = Mapping['primary'];

interface LeftOut {
  readonly trait: string;
  readonly because: string;
}

/** What a track becomes, besides telling whose its keys are. */
interface Way {
  readonly activity?: Activity;
  /** Whether it is a visit, too. */
  readonly visits: boolean;
  /** Attributes that no value fills although the event has one, and why. */
  readonly leftOut: readonly LeftOut[];
  /** Why there is no activity, or nothing at all. */
  readonly dropped?: string;
}

/** The entry of an event: the exact name, then one that differs in case, spaces or underscores. */
const mappingOf = (
  event: string | undefined,
  { activities }: ActivityRules,
): Mapping | undefined => {
  if (event === undefined) return undefined;
  if (Object.hasOwn(activities, event)) return activities[event];
  const names = Object.keys(activities).sort(byCodeUnit);
  const like = names.find((name) => looseKey(name) === looseKey(event));
  return like === undefined ? undefined : activities[like];
};

/** The value at a path: a key that is spelled with dots, else step by step; in lists by number. */
const valueAt = (value: Json | undefined, path: string): Json | undefined => {
  const whole = looseGet(value, path);
  if (whole !== undefined) return whole;
  const dot = path.indexOf('.');
  const [first, rest] = dot < 0 ? [path, undefined] : [path.slice(0, dot), path.slice(dot + 1)];
  const isPlace = Array.isArray(value) && /^\d+$/.test(first);
  const next = isPlace ? (value as readonly Json[])[Number(first)] : looseGet(value, first);
  return rest === undefined || next === undefined ? next : valueAt(next, rest);
};

type Taken = { readonly value: ActivityValue } | { readonly because?: string };

/** A source's value as Marketo takes it; nothing where it is null, empty or not there. */
const taken = (source: Source, properties: Json | undefined): Taken => {
  if (typeof source !== 'string') return { value: source.text };
  const given = isObject(properties) ? valueAt(properties, source) : undefined;
  if (given === undefined || given === null) return {};
  const found = fieldValue(given, undefined, 'skip');
  if ('because' in found) return found;
  const { value } = found;
  return value === null || (typeof value === 'string' && value.trim() === '') ? {} : { value };
};

const activityOf = (
  { order, timestamp, receivedAt, properties }: QueuedEvent,
  { typeId, primary, attributes = {} }: Mapping,
): Omit<Way, 'visits'> => {
  const first = taken(primary, properties);
  if (!('value' in first)) {
    const why = first.because ?? 'is missing or empty';
    return { leftOut: [], dropped: `the property for the activity’s primary attribute ${why}` };
  }
  const leftOut: LeftOut[] = [];
  const values = new Map<string, ActivityValue>();
  for (const [attribute, source] of Object.entries(attributes)) {
    const one = taken(source, properties);
    if ('value' in one) values.set(attribute, one.value);
    else if (one.because !== undefined) leftOut.push({ trait: attribute, because: one.because });
  }
  return {
    activity: {
      order,
      typeId,
      // What a wrong clock puts into the future has happened by now.
      at: epochMs(Math.min(timestamp, receivedAt)),
      primary: String(first.value),
      attributes: Object.fromEntries(values),
    },
    leftOut,
  };
};

/**
 * What goes out for a track, by the settings `activities` and `events`; `docs/mapping.md` lists the
 * rules. Pure; never throws for JSON. Values are a trait's for a field whose type is not known.
 */
export const wayOf = (event: QueuedEvent, rules: ActivityRules): Way => {
  if (event.type !== 'track') return { visits: true, leftOut: [] };
  const out = { visits: false, leftOut: [] };
  if (rules.events === 'none')
    return { ...out, dropped: 'no tracks go out (setting events: none)' };
  const mapping = mappingOf(event.event, rules);
  if (mapping !== undefined)
    return { ...activityOf(event, mapping), visits: mapping.visit === true };
  return rules.events === 'mapped'
    ? { ...out, dropped: 'activities does not name this event (setting events: mapped)' }
    : { ...out, visits: true };
};
