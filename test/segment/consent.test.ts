import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasConsent } from '../../lambdas/segment/consent.ts';
import type { ConsentRules } from '../../lambdas/segment/consent.ts';
import type { Json, JsonObject } from '../../lambdas/segment/event.ts';

interface ConsentCase extends Partial<ConsentRules> {
  readonly rule: string;
  readonly preferences?: JsonObject;
  readonly sent: boolean;
}

const cases = JSON.parse(readFileSync('test/vectors/consent.json', 'utf8')) as ConsentCase[];

const contextWith = (categoryPreferences: Json | undefined): JsonObject =>
  categoryPreferences === undefined ? {} : { consent: { categoryPreferences } };

it.each(cases)('$rule', ({ categories = [], whenAbsent = 'drop', preferences, sent }) => {
  expect(hasConsent(contextWith(preferences), { categories, whenAbsent })).toBe(sent);
});

it('Whatever stands where the preferences should, nothing but true for each category is consent', () => {
  const category = fc.constantFrom('A', 'B', '__proto__');
  const preferences = fc.oneof(
    fc.jsonValue() as fc.Arbitrary<Json>,
    fc.dictionary(category, fc.oneof(fc.boolean(), fc.constantFrom(null, 1, 'true', {}))),
  );
  fc.assert(
    fc.property(fc.uniqueArray(category, { minLength: 1 }), preferences, (categories, given) => {
      const granted = categories.every(
        (name) =>
          typeof given === 'object' &&
          given !== null &&
          Object.entries(given).some(([key, value]) => key === name && value === true),
      );
      const rules = { categories, whenAbsent: 'drop' } as const;
      expect(hasConsent(contextWith(given), rules)).toBe(granted);
      expect(hasConsent({ consent: given }, rules)).toBe(false);
    }),
  );
});
