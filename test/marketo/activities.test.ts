import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapperBy } from '../../lambdas/marketo/mapping/compile.ts';
import type { Json, QueuedEvent } from '../../lambdas/segment/event.ts';
import type { Settings } from '../../lambdas/settings.ts';
import { activityRules } from '../../lambdas/settings/movedActivities.ts';
import { activityVectors, eventWith } from '../vectors/mapping.ts';

/** What the settings of version 0.1 make of an event. */
const wayOf = (
  event: QueuedEvent,
  { activities, events }: Pick<Settings, 'activities' | 'events'>,
) => mapperBy({ events, rules: activityRules(activities) })(event);

describe('what a track becomes', () => {
  it.each(activityVectors.cases)(
    '$rule',
    ({ event, events = 'all', activities, activity, visits = false, leftOut = {}, dropped }) => {
      const track = eventWith({ type: 'track', ...event });
      const way = wayOf(track, { events, activities });
      if (activity === undefined) expect(way.activity).toBeUndefined();
      else expect(way.activity).toMatchObject({ order: track.order, ...activity });
      // toMatchObject passes over attributes that should not be there.
      if (activity?.attributes) expect(way.activity?.attributes).toEqual(activity.attributes);
      expect(way.visits).toBe(visits);
      expect(way.dropped).toBe(dropped);
      expect(Object.fromEntries(way.leftOut.map(({ trait, because }) => [trait, because]))).toEqual(
        leftOut,
      );
    },
  );

  it('is an identify or a page as before', () => {
    const rules = { activities: {}, events: 'none' } as const;
    for (const type of ['identify', 'page'] as const)
      expect(wayOf(eventWith({ type }), rules)).toMatchObject({
        visits: true,
        claims: [],
        leftOut: [],
        traces: [],
      });
  });

  it('is found for any JSON and any path, and its primary attribute is never empty', () => {
    const keys = fc.constantFrom('id', 'a', '0', 'a.b', '', '__proto__');
    const path = fc.array(keys, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('.'));
    fc.assert(
      fc.property(fc.jsonValue(), path, path, (json, primary, other) => {
        const event = eventWith({
          type: 'track',
          event: 'Order',
          properties: { id: json as Json, a: { b: json as Json } },
        });
        const mapping = { typeId: 1, primary, attributes: { other } };
        const { activity, dropped } = wayOf(event, {
          activities: { Order: mapping },
          events: 'all',
        });
        expect(activity === undefined).toBe(dropped !== undefined);
        if (activity === undefined) return;
        expect(activity.primary.trim()).not.toBe('');
        for (const value of Object.values(activity.attributes))
          expect(['string', 'number', 'boolean']).toContain(typeof value);
      }),
    );
  });
});
