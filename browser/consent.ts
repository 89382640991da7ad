import type { JsonObject } from '../lambdas/segment/event.ts';
import { asObject } from '../lambdas/segment/json.ts';
import type { MarketoOptions } from './marketo.d.ts';

/**
 * Whether the visitor has granted what this event needs, as the consent wrapper wrote it there: the
 * categories of the options, or without them all that the event names. An event without any
 * preferences needs none, unless the options name some.
 */
export const isGranted = (event: JsonObject, { consentCategories }: MarketoOptions): boolean => {
  const consent = asObject(asObject(event.context)?.consent);
  const preferences = asObject(consent?.categoryPreferences) ?? {};
  return (consentCategories ?? Object.keys(preferences)).every(
    (category) => preferences[category] === true,
  );
};
