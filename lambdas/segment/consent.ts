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

const answersOf = (
  context: JsonObject | undefined,
  categories: readonly string[],
): readonly (Json | undefined)[] => {
  const preferences = asObject(asObject(context?.consent)?.categoryPreferences) ?? {};
  return categories.map((category) =>
    Object.hasOwn(preferences, category) ? preferences[category] : null,
  );
};

/**
 * Whether an event says that consent is not given: for one of the categories it has something other than
 * `true`. An event that says nothing refuses nothing.
 */
export const refusesConsent = (
  context: JsonObject | undefined,
  { categories }: ConsentRules,
): boolean => answersOf(context, categories).some((answer) => answer !== true && answer !== null);

/**
 * Whether an event may go out: each category is granted in `context.consent.categoryPreferences`,
 * where Segment's consent tools write it. Only `true` grants. Null counts as absent, any other value
 * as a refusal.
 */
export const hasConsent = (
  context: JsonObject | undefined,
  { categories, whenAbsent }: ConsentRules,
): boolean =>
  answersOf(context, categories).every(
    (answer) => answer === true || (answer === null && whenAbsent === 'send'),
  );

/**
 * The track with which Segment's consent tools say that a person changed their preferences (the
 * second name: before version 1). It tells of consent and is nothing that a visitor did.
 */
export const isConsentUpdate = (event: Json | undefined): boolean =>
  /^Segment Consent Preference( Updated)?$/.test(event as string);
