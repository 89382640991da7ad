import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../lambdas/lead/itemSize.ts';
import { without } from '../../lambdas/lead/without.ts';
import {
  validatorBy,
  withAnswer,
  withRefused,
  withinItem,
} from '../../lambdas/sync/schemaState.ts';
import type { SchemaState } from '../../lambdas/sync/schemaState.ts';
import { maxFieldNames, leadLimits } from '../../lambdas/limits.ts';
import { at } from '../support/mailboxes.ts';

const always = () => true;
const answer = (fields: Record<string, { type: string; length?: number }>): SchemaState =>
  withAnswer({}, new Map(Object.entries(fields)), at(0), always);

const noField = { because: 'Marketo has no such field', isUnknown: true };

describe('what is known of fields', () => {
  it('survives being stored, each field with its type, whatever its name', () => {
    const types = fc.record(
      {
        type: fc.constantFrom('string', 'integer', 'date'),
        length: fc.integer({ min: 1, max: 9 }),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), types)), (given) => {
        const fields = new Map(given);
        const stored = JSON.parse(
          JSON.stringify(withAnswer({}, fields, at(0), always)),
        ) as SchemaState;
        const back = (stored.described ?? []).flatMap(([type, names]) =>
          names.map((name) => [name, type] as const),
        );
        expect(new Map(back)).toEqual(fields);
        expect(back).toHaveLength(fields.size);
      }),
    );
  });

  it('of 2,000 fields with long names fits into one item, together with all refusals', () => {
    const many = Array.from({ length: 2_000 }, (_, n) => [
      `A_field_with_quite_a_long_name_for_things_like_${n}`,
      { type: ['string', 'boolean', 'integer'][n % 3] ?? 'text', length: 255 },
    ]);
    const known = answer(Object.fromEntries(many) as Parameters<typeof answer>[0]);
    const names = Array.from({ length: 600 }, (_, n) => `Some_field_that_nobody_has_${n}`);
    const full = withRefused(known, names, at(1), maxFieldNames);
    expect(full.refusals).toHaveLength(maxFieldNames);
    expect(withinItem(full, leadLimits.itemBytes)).toBe(full);
  });

  it('that is too much for an item loses first the refusals, then the description', () => {
    const known = withRefused(answer({ Email: { type: 'email' } }), ['Pants'], at(1), 10);
    const bare = without(known, 'refusals');
    expect(withinItem(known, bytesOf(known))).toBe(known);
    expect(withinItem(known, bytesOf(known) - 1)).toEqual(bare);
    expect(withinItem(known, bytesOf(bare) - 1)).toEqual({
      askedAt: at(0),
      isDoubted: true,
      isTooMuch: true,
    });
  });
});

describe('a judgement', () => {
  const known = answer({ Email: { type: 'email' }, Logins: { type: 'integer' } });

  it('without a description lets the standard fields of the API pass, and has others wait', () => {
    const refused = withRefused({}, ['Fax'], at(0), 10);
    const rest = validatorBy(refused, always, 'rest');
    expect(rest('FirstName', 'Ada')).toEqual({ value: 'Ada' });
    expect(rest('Priority', '3')).toEqual({ value: 3 });
    expect(rest('Fax', 'x')).toEqual(noField);
    expect(rest('Plan', 'x')).toMatchObject({ isNotYet: true });
    expect(validatorBy(refused, always, 'soap')('Priority', '3')).toMatchObject({ isNotYet: true });
  });

  it('lets all pass that no sync was refused for, where the description is too much', () => {
    const validate = validatorBy(
      withRefused({ isTooMuch: true }, ['Pants'], at(0), 10),
      always,
      'rest',
    );
    expect(validate('Anything', 'x')).toEqual({ value: 'x' });
    expect(validate('Pants', 'x')).toEqual(noField);
  });

  it('marks a missing field for the userId, which nobody asked for', () => {
    expect(validatorBy(known, always, 'rest')('UserId', 'u-1')).toEqual({
      ...noField,
      isOptional: true,
    });
  });

  it('by a description knows what there is and what it takes', () => {
    const validate = validatorBy(known, always, 'rest');
    expect(validate('Pants', 'x')).toEqual(noField);
    expect(validate('Logins', '7')).toEqual({ value: 7 });
    expect(validate('Logins', 'x')).toHaveProperty('because');
  });

  it('has nothing against the e-mail, which is no attribute', () => {
    expect(validatorBy(answer({}), always, 'rest')('Email', 'x')).toEqual({ value: 'x' });
  });

  it('believes a refusal more than the description that contradicts it, for as long as one', () => {
    const refused = withRefused(known, ['Logins', 'Pants'], at(10), 10);
    const fields = new Map([['Logins', { type: 'integer' }]]);
    const after = withAnswer(refused, fields, at(20), always);
    expect(after.refusals).toEqual([['Logins', at(10)]]);
    expect(validatorBy(after, always, 'rest')('Logins', 7)).toEqual(noField);
    expect(validatorBy(after, (when) => when > at(10), 'rest')('Logins', 7)).toEqual({ value: 7 });
    expect(withAnswer(after, fields, at(30), () => false)).not.toHaveProperty('refusals');
  });
});

it('a name that is refused again counts from then on, and once', () => {
  const once = withRefused(withRefused({}, ['A', 'B'], at(0), 10), ['A'], at(5), 10);
  expect(once.refusals).toEqual([
    ['B', at(0)],
    ['A', at(5)],
  ]);
  expect(withRefused(once, ['C'], at(6), 2).refusals?.map(([name]) => name)).toEqual(['A', 'C']);
});
