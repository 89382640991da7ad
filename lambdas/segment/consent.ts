import { asObject } from './json.ts';
import type { Json, JsonObject } from './event.ts';

/** Which consent categories a person must have granted before an event goes to Marketo. */
export interface ConsentRules {
  /** Empty: consent is not looked at. */
  readonly categories: readonly string[];
  /** What happens to an event that does not say whether one of them is granted. */
  readonly whenAbsent: 'send' | 'drop';
}

/** Why an event without consent goes nowhere. */
export const withoutConsent = 'no consent';

/**
 * Whether an event may go out: each category is granted in `context.consent.categoryPreferences`,
 * where Segment's consent tools write it. Only `true` grants. Null counts as absent, any other value
 * as a refusal.
 */
export const hasConsent = (
  context: JsonObject | undefined,
  { categories, whenAbsent }: ConsentRules,
): boolean => {
  const preferences = asObject(asObject(context?.consent)?.categoryPreferences) ?? {};
  return categories.every((category) => {
    const granted = Object.hasOwn(preferences, category) ? preferences[category] : null;
    return granted === true || (granted === null && whenAbsent === 'send');
  });
};

/**
 * The track with which Segment's consent tools say that a person changed their preferences (the
 * second name: before version 1). It tells of consent and is nothing that a visitor did.
 */
const updates: ReadonlySet<unknown> = new Set([
  'Segment Consent Preference Updated',
  'Segment Consent Preference',
]);

export const isConsentUpdate = (event: Json | undefined): boolean => updates.has(event);
