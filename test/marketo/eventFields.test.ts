import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../lambdas/marketo/eventFields.ts';
import type { FieldRules } from '../../lambdas/marketo/eventFields.ts';
import { standardFields } from '../../lambdas/marketo/standardFields.ts';
import type { Json, JsonObject } from '../../lambdas/segment/event.ts';
import { defaultRules, eventWith, fieldVectors, rulesOf } from '../vectors/mapping.ts';

const sorted = (entries: readonly (readonly [string, unknown])[]): typeof entries =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

for (const { title, cases } of fieldVectors.groups)
  describe(title, () => {
    it.each(cases)('$rule', ({ fields, leftOut = {}, ...one }) => {
      const made = fieldsOf(eventWith(one.event), rulesOf(one));
      expect(made.fields.map(({ name, value }) => [name, value])).toEqual(
        sorted(Object.entries(fields)),
      );
      expect(made.leftOut.map(({ trait, because }) => [trait, because])).toEqual(
        sorted(Object.entries(leftOut)),
      );
    });
  });

describe('Values that JSON files cannot hold', () => {
  it('leaves out a number that JSON.parse made infinite', () => {
    const traits = JSON.parse('{"big": 1e999}') as JsonObject;
    expect(fieldsOf(eventWith({ traits }), defaultRules)).toMatchObject({
      fields: [],
      leftOut: [{ trait: 'big', because: 'is not a finite number' }],
    });
  });

  it('makes zero of JSON’s negative zero', () => {
    const traits = JSON.parse('{"debt": -0}') as JsonObject;
    expect(fieldsOf(eventWith({ traits }), defaultRules).fields[0]?.value).toBe(0);
  });

  it('leaves out what nests so deep that it could exhaust the stack', () => {
    const traits = JSON.parse(`{"deep": ${'['.repeat(15_000)}${']'.repeat(15_000)}}`) as JsonObject;
    expect(fieldsOf(eventWith({ traits }), defaultRules)).toMatchObject({
      fields: [],
      leftOut: [{ trait: 'deep', because: 'is nested too deeply' }],
    });
  });

  it('takes a trait named like a property of every object for a trait like any other', () => {
    const traits = JSON.parse('{"__proto__": "a", "constructor": "b"}') as JsonObject;
    expect(fieldsOf(eventWith({ traits }), defaultRules).fields).toEqual([
      { name: 'Constructor', value: 'b' },
      { name: '__proto__', value: 'a' },
    ]);
  });
});

it('leaves out a trait whose name is longer than any field’s', () => {
  const [longest, tooLong] = ['a'.repeat(255), 'a'.repeat(256)];
  const { fields, leftOut } = fieldsOf(
    eventWith({ traits: { [longest]: 1, [tooLong]: 2 } }),
    defaultRules,
  );
  expect(fields).toEqual([{ name: `A${longest.slice(1)}`, value: 1 }]);
  expect(leftOut).toEqual([{ trait: tooLong, because: 'cannot be the name of a field' }]);
});

it('decides by the value between two parts of one path', () => {
  const traits = { 'a.b': { c: 2 }, a: { 'b.c': 1 } };
  const { fields } = fieldsOf(eventWith({ traits }), {
    ...defaultRules,
    fieldMap: { 'a.b.c': 'Only_This' },
  });
  expect(fields).toEqual([{ name: 'Only_This', value: 1 }]);
});

it('lets a lead’s e-mail be the one that names the lead when an event holds two', () => {
  const traits = { email: 'ada@example.com', 'E Mail': 'king@example.com' };
  const { fields, leftOut } = fieldsOf(eventWith({ traits }), defaultRules);
  expect(fields).toEqual([{ name: 'Email', value: 'ada@example.com' }]);
  expect(leftOut).toEqual([
    { trait: 'E Mail', because: 'another e-mail of the event names the lead' },
  ]);
});

describe('Whatever comes in', () => {
  // Any 16 bits: control characters and halves of surrogate pairs among them.
  const utf16 = fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit));
  const names = fc.oneof(
    fc.constantFrom(
      ...['firstName', 'first_name', 'First Name', 'name', 'id', 'userId', 'user_id', 'birthday'],
      ...['address', 'Address', 'company', 'industry', 'city', 'createdAt', 'updatedAt', 'email'],
      ...['plan', 'Plan', 'plan_tier', 'planTier', '__proto__', 'address.city', ''],
    ),
    fc.string({ unit: utf16, maxLength: 8 }),
  );
  const parts = fc.constantFrom('city', 'street', 'postal_code', 'name', 'id', 'plan', 'other');
  const values = fc.oneof(
    { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json> },
    fc.constantFrom('Ada', 'Ada Lovelace', '', null, 'ada@example.com', '2024-01-02'),
    fc.dictionary(parts, fc.constantFrom<Json>('x', 1, null, {}, 'ada@example.com')),
  );
  const entries = fc.uniqueArray(fc.tuple(names, values), {
    selector: ([name]) => name,
    maxLength: 8,
  });
  const rules: fc.Arbitrary<FieldRules> = fc.record({
    fieldNames: fc.constantFrom('segment', 'pascal'),
    fieldMap: fc.dictionary(
      fc.oneof(
        names,
        parts.map((part) => `address.${part}`),
      ),
      fc.constantFrom('A', 'FirstName', 'email', false as const),
      { maxKeys: 4 },
    ),
    nulls: fc.constantFrom('skip', 'clear'),
  });
  const withTraits = (traits: readonly (readonly [string, Json])[]) =>
    eventWith({ userId: 'u-1', traits: Object.fromEntries(traits) });

  it('the order of keys changes nothing', () => {
    fc.assert(
      fc.property(entries, rules, (traits, given) => {
        expect(fieldsOf(withTraits(traits.toReversed()), given)).toEqual(
          fieldsOf(withTraits(traits), given),
        );
      }),
    );
  });

  it('every trait counts: without any one of them, fields or reasons differ', () => {
    fc.assert(
      fc.property(entries, rules, (traits, given) => {
        const all = JSON.stringify(fieldsOf(withTraits(traits), given));
        for (const trait of traits) {
          const others = traits.filter((other) => other !== trait);
          expect(JSON.stringify(fieldsOf(withTraits(others), given))).not.toBe(all);
        }
      }),
    );
  });

  it('no field comes twice, and all values are ones that every client can send', () => {
    fc.assert(
      fc.property(entries, rules, (traits, given) => {
        const { fields } = fieldsOf(withTraits(traits), given);
        expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
        for (const { value } of fields) {
          expect(value === null || typeof value !== 'object').toBe(true);
          if (typeof value === 'string') expect(value.isWellFormed()).toBe(true);
          if (value === null) expect(given.nulls).toBe('clear');
        }
      }),
    );
  });

  it('a mapped trait fills its field, and a dropped one none', () => {
    fc.assert(
      fc.property(names, entries, rules, (trait, traits, given) => {
        fc.pre(trait !== 'userId');
        const others = traits.filter(([name]) => name !== trait);
        const event = withTraits([...others, [trait, 'mapped value']]);
        const sent = fieldsOf(event, { ...given, fieldMap: { [trait]: 'Only_This' } });
        expect(sent.fields).toContainEqual({ name: 'Only_This', value: 'mapped value' });
        const dropped = fieldsOf(event, { ...given, fieldMap: { [trait]: false } });
        expect(dropped.leftOut).toContainEqual({ trait, because: 'fieldMap drops it' });
        expect(dropped.fields.map(({ value }) => value)).not.toContain('mapped value');
      }),
    );
  });
});

describe('Marketo’s field table', () => {
  it.each(standardFields)('$rest is reached by any spelling, or says why not', (field) => {
    const spellings = [
      field.rest,
      field.rest.replaceAll(/[A-Z]/g, '_$&'),
      field.rest.toUpperCase(),
    ];
    const value = field.type === 'email' ? 'ada@example.com' : '1';
    const results = spellings.map((trait) => {
      const made = fieldsOf(eventWith({ traits: { [trait]: value } }), defaultRules);
      return made.fields[0]?.name ?? made.leftOut[0]?.because;
    });
    expect(new Set(results).size).toBe(1);
    if (field.readOnly && field.rest !== 'createdAt') expect(results[0]).toContain(field.rest);
    else if (field.soap !== null && field.rest !== 'id') expect(results[0]).toBe(field.soap);
  });
});
