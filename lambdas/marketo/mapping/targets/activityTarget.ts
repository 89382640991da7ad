import * as z from 'zod/mini';
import type { ActivityValue } from '../../../lead/leadTypes.ts';
import { epochMs } from '../../../segment/time.ts';
import type { UnmappedTrait } from '../../fieldsRules.ts';
import { fieldValue } from '../../fieldsValues.ts';
import { describe, forChecking } from '../described.ts';
import type { EventView, PathReader } from '../paths.ts';
import { compileSource, sourceSchema } from '../sources.ts';
import type { Source } from '../sources.ts';
import type { Target } from '../target.ts';

// A type: the package’s declarations cannot name an interface that is not exported.
type ActivityRule = {
  readonly typeId: number;
  readonly primary: Source;
  readonly attributes?: Readonly<Record<string, Source>> | undefined;
};

type Taken = { readonly value: ActivityValue } | { readonly because?: string };

/** A value as Marketo takes it; nothing where it is null, empty or not there. */
const taken = (read: PathReader, view: EventView): Taken => {
  const given = read(view);
  if (given === undefined || given === null) return {};
  const found = fieldValue(given, undefined, 'skip');
  if ('because' in found) return found;
  const { value } = found;
  return value === null || (typeof value === 'string' && value.trim() === '') ? {} : { value };
};

/** A custom activity; one event is one activity at most. Over REST only. */
export const activity: Target<ActivityRule> = {
  description: 'A custom activity of Marketo; over REST only.',
  shape: forChecking(() => ({
    typeId: describe(z.int().check(z.gte(1)), {
      description: 'Marketo’s id of the activity type (Admin → Marketo Custom Activities).',
      values: 'Marketo’s id of the custom activity type, a whole number from 1',
    }),
    primary: sourceSchema,
    attributes: z.optional(
      describe(z.record(z.string().check(z.minLength(1)), sourceSchema), {
        description: 'The type’s other attributes by their API names.',
        values: 'an object of Marketo’s attribute API names, each with where its value comes from',
      }),
    ),
  })),
  isRestOnly: true,
  replacesVisit: true,
  slots: () => [{ slot: 'activity', at: ['to'], what: 'the one activity of an event' }],
  values: ({ primary, attributes = {} }) => [
    { at: ['primary'], source: primary },
    ...Object.entries(attributes).map(([name, source]) => ({ at: ['attributes', name], source })),
  ],
  compile: ({ typeId, primary, attributes = {} }) => {
    const first = compileSource(primary);
    const others = Object.entries(attributes).map(
      ([name, source]) => [name, compileSource(source)] as const,
    );
    return (view) => {
      const main = taken(first, view);
      if (!('value' in main)) {
        const why = main.because ?? 'is missing or empty';
        return {
          effects: [],
          dropped: `the property for the activity’s primary attribute ${why}`,
        };
      }
      const leftOut: UnmappedTrait[] = [];
      const values = new Map<string, ActivityValue>();
      for (const [name, read] of others) {
        const one = taken(read, view);
        if ('value' in one) values.set(name, one.value);
        else if (one.because !== undefined) leftOut.push({ trait: name, because: one.because });
      }
      const { order, timestamp, receivedAt } = view.event;
      const does = {
        order,
        typeId,
        // What a wrong clock puts into the future has happened by now.
        at: epochMs(Math.min(timestamp, receivedAt)),
        primary: String(main.value),
        attributes: Object.fromEntries(values),
      };
      return { effects: [{ kind: 'activity', slot: 'activity', does }], leftOut };
    };
  },
};
