import { describe, expect, it } from 'vitest';
import type { FieldType } from '../../../lambdas/marketo/fieldTypes.ts';
import type { Rule } from '../../../lambdas/marketo/mapping/mappingSchema.ts';
import { activityChecks, activityTypesIn } from '../../../operations/check/activities.ts';
import {
  mappedFieldChecks,
  seenTraitChecks,
  unknownFieldChecks,
  userIdChecks,
} from '../../../operations/check/fields.ts';

const fields = new Map<string, FieldType>([
  ['Plan', { type: 'string', length: 255 }],
  ['Logins', { type: 'integer' }],
  ['Since', { type: 'datetime' }],
  ['Newsletter', { type: 'boolean' }],
  ['City', { type: 'string' }],
  ['Score', { type: 'score', readOnly: true }],
]);

const of = (fieldMap: Readonly<Record<string, string | false>>) =>
  mappedFieldChecks({ fieldMap, rules: [] }, fields);

describe('the fields that fieldMap names', () => {
  it('may be any field for a trait of which nothing is known', () => {
    expect(of({ tier: 'Logins', level: 'Since', dropped: false })).toMatchObject([
      {
        state: 'ok',
        says: 'Marketo has all 2 fields that the mapping names, and can take what is meant for them.',
      },
    ]);
  });

  it('may be named as REST names standard fields', () => {
    expect(of({ town: 'city' })).toMatchObject([{ state: 'ok' }]);
  });

  it.each([
    ['firstName', 'Logins', 'a text'],
    ['First Name', 'Since', 'a text'],
    ['created_at', 'Newsletter', 'a date with time'],
    ['age', 'Since', 'a number'],
    ['address.city', 'Logins', 'a text'],
  ])('must take what the reserved trait %s always is: %s does not', (trait, field, kind) => {
    const [check] = of({ [trait]: field });
    expect(check?.state).toBe('wrong');
    expect(check?.says).toContain(`fieldMap sends ${trait}, which is ${kind}, to ${field}`);
  });

  it.each([
    ['createdAt', 'Since'],
    ['age', 'Logins'],
    ['birthday', 'Plan'],
    ['email', 'Plan'],
  ])('can take the reserved trait %s where they have its kind: %s', (trait, field) => {
    expect(of({ [trait]: field })).toMatchObject([{ state: 'ok' }]);
  });

  it('must not be set by Marketo itself', () => {
    expect(of({ points: 'Score' })).toMatchObject([
      { state: 'wrong', says: 'fieldMap sends points to Score, which Marketo sets by itself.' },
    ]);
  });

  it('are suggested where one is nearly so called', () => {
    expect(of({ p: 'plann' })).toMatchObject([
      { state: 'wrong', todo: expect.stringMatching(/^Did you mean Plan\?/) as string },
    ]);
  });

  it('may be spelled without regard to case, spaces and underscores', () => {
    expect(of({ p: 'plan', s: 'SINCE' })).toMatchObject([{ state: 'ok' }]);
  });

  it('are none where fieldMap is empty', () => {
    expect(of({})).toEqual([{ name: 'mapping', state: 'ok', says: 'The mapping names no field.' }]);
  });
});

describe('fields that Marketo does not have', () => {
  it('are named up to ten', () => {
    const names = Array.from({ length: 12 }, (_, at) => `Field${String(at).padStart(2, '0')}`);
    const [check] = unknownFieldChecks({ unknownFields: 'skip' }, names, fields);
    expect(check?.says).toContain('Field09 and 2 more');
    expect(check?.says).not.toContain('Field10');
  });
});

describe('traits that came', () => {
  const settings = { fieldMap: { tier: 'Plan' }, fieldNames: 'segment' } as const;

  it('are told with the field that each is mapped to', () => {
    const checks = seenTraitChecks(settings, ['since', 'news_letter', 'tier', 'shoeSize'], fields);
    expect(checks).toEqual([
      {
        name: 'traits that came',
        state: 'ok',
        says: 'news_letter is mapped to Newsletter, since is mapped to Since.',
      },
    ]);
  });

  it('that Marketo has no field for are told with the nearest name', () => {
    const [check] = unknownFieldChecks({ unknownFields: 'skip' }, ['Newslettr'], fields);
    expect(check?.says).toContain('Newslettr (did you mean Newsletter?)');
  });
});

describe('the userId', () => {
  it('is told once how to get into Marketo, where it has no field', () => {
    expect(userIdChecks({ fieldMap: {} }, fields)).toMatchObject([{ state: 'ok' }]);
  });

  it.each([
    ['the settings map it', { userId: 'Plan' }, fields],
    ['the settings drop it', { user_id: false as const }, fields],
    ['Marketo has a field of its letters', {}, new Map([['user_id', { type: 'string' }]])],
  ])('is not spoken of where %s', (_, fieldMap, described) => {
    expect(userIdChecks({ fieldMap }, described)).toEqual([]);
  });
});

describe('activity types', () => {
  it('without API names of their attributes are not judged by them', () => {
    const entry: Rule = {
      to: 'activity',
      typeId: 5,
      primary: 'properties.id',
      attributes: { total: 'properties.revenue' },
    };
    const type = { id: 5, name: 'Order', attributes: [{ name: 'Total' }] };
    const types = activityTypesIn([type]) ?? [];
    expect(types).toHaveLength(1);
    expect(activityChecks({ rules: [entry] }, types)).toMatchObject([{ state: 'ok' }]);
  });
});
