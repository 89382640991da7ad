import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../lambdas/digest.ts';
import { absorbCookies, absorbFields, valuesOf } from '../../lambdas/lead/registers.ts';
import type { Field, Fields, Incoming } from '../../lambdas/lead/leadTypes.ts';
import { at, context, order } from '../support/mailboxes.ts';

const value = fc.constantFrom('a', 'b', null, 1, false);
const place = fc.tuple(fc.nat(6), fc.nat(2)).map(([s, i]) => order(s, i, `${s}-${i}`));
const name = fc.constantFrom('Plan', 'FirstName', '__proto__');
/** One event gives one field one value, so order and name decide the value. */
const incoming: fc.Arbitrary<Incoming[]> = fc.uniqueArray(
  fc.record({ name, order: place, value }),
  { selector: (one) => `${one.name}${one.order}`, maxLength: 8 },
);
const sent: fc.Arbitrary<Field> = fc.record({ order: place, value }).map((told) => ({
  order: told.order,
  digest: digestOf(told.value),
  sentAt: at(0),
}));
const aside: fc.Arbitrary<Field> = fc.record({ order: place, value }).map((told) => ({
  order: told.order,
  aside: { because: 'refused', digest: digestOf(told.value) },
}));
const pending: fc.Arbitrary<Field> = fc.record({ order: place, value });
const base: fc.Arbitrary<Fields> = fc.dictionary(name, fc.oneof(sent, aside, pending));

const absorbAll = (fields: Fields, values: readonly Incoming[]): Fields =>
  values.reduce((all, one) => absorbFields(all, [one], context(10)).fields, fields);
/** Registers without regard to the order in which their names came. */
const plain = (fields: Fields): unknown =>
  JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
const isApart = (fields: Fields, values: readonly Incoming[]): boolean =>
  values.every((one) => !Object.hasOwn(fields, one.name) || fields[one.name]?.order !== one.order);

describe('absorbing values', () => {
  it('is commutative: the order of arrival does not matter', () => {
    fc.assert(
      fc.property(
        base,
        incoming,
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        (fields, values, ranks) => {
          fc.pre(isApart(fields, values));
          const shuffled = values
            .map((one, index) => ({ one, rank: ranks[index] ?? 0 }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ one }) => one);
          expect(plain(absorbAll(fields, shuffled))).toBe(plain(absorbAll(fields, values)));
        },
      ),
    );
  });

  it('is associative: batches of any size end alike', () => {
    fc.assert(
      fc.property(base, incoming, fc.nat(8), (fields, values, cut) => {
        fc.pre(isApart(fields, values));
        const first = absorbFields(fields, values.slice(0, cut), context(10)).fields;
        const batched = absorbFields(first, values.slice(cut), context(10)).fields;
        expect(plain(batched)).toBe(plain(absorbAll(fields, values)));
      }),
    );
  });

  it('is idempotent: what comes twice changes nothing', () => {
    fc.assert(
      fc.property(base, incoming, (fields, values) => {
        const once = absorbAll(fields, values);
        expect(plain(absorbAll(once, values))).toBe(plain(once));
      }),
    );
  });

  it('ends with the value of the highest order, pending, sent or rejected', () => {
    fc.assert(
      fc.property(base, incoming, (fields, values) => {
        fc.pre(isApart(fields, values));
        const after = absorbAll(fields, values);
        for (const [key, field] of Object.entries(after)) {
          const all = values.filter((one) => one.name === key);
          const last = all.reduce<Incoming | undefined>(
            (a, b) => (a && a.order > b.order ? a : b),
            undefined,
          );
          const before = Object.hasOwn(fields, key) ? fields[key] : undefined;
          if (!last || (before && before.order > last.order)) expect(field).toEqual(before);
          else {
            expect(field.order).toBe(last.order);
            const told = [field.digest, field.aside?.digest];
            if (field.value === undefined) expect(told).toContain(digestOf(last.value));
            else expect(field.value).toBe(last.value);
          }
        }
      }),
    );
  });

  it('says what became of each value, and which values never went out for it', () => {
    const plan = (seconds: number, text: string): Incoming => ({
      name: 'Plan',
      value: text,
      order: order(seconds),
    });
    const first = absorbFields({}, [plan(2, 'basic')], context(10));
    expect([first.outcomes.get('Plan'), first.replaced]).toEqual(['absorbed', []]);
    const late = absorbFields(first.fields, [plan(1, 'free')], context(10));
    expect([late.outcomes.get('Plan'), late.replaced]).toEqual(['superseded', []]);
    const next = absorbFields(first.fields, [plan(3, 'pro')], context(10));
    expect([next.outcomes.get('Plan'), next.replaced]).toEqual(['absorbed', [plan(2, 'basic')]]);
  });

  it('says of an event that comes again what it was: waiting, sent or refused', () => {
    const plan: Incoming = { name: 'Plan', value: 'pro', order: order(1) };
    const again = (field: Field) => absorbFields({ Plan: field }, [plan], context(10));
    const pendingField: Field = { order: order(1), value: 'pro' };
    const sentField: Field = { order: order(1), digest: digestOf('pro'), sentAt: at(2) };
    const refusedField: Field = { order: order(1), aside: { because: 'no' } };
    expect(again(pendingField).outcomes.get('Plan')).toBe('absorbed');
    expect(again(sentField).outcomes.get('Plan')).toBe('unchanged');
    expect(again(refusedField).outcomes.get('Plan')).toBe('refused');
    for (const field of [pendingField, sentField, refusedField]) {
      expect(again(field).fields).toEqual({ Plan: field });
      expect(again(field).replaced).toEqual([]);
    }
  });

  it('keeps three values of one millisecond in the order of their request', () => {
    const values = ['first', 'second', 'third'].map((text, index) => ({
      name: 'Plan',
      value: text,
      order: order(1, index, text),
    }));
    expect(absorbAll({}, values.toReversed()).Plan?.value).toBe('third');
  });
});

describe('a value that Marketo already has', () => {
  const told: Fields = { Plan: { order: order(0), digest: digestOf('pro'), sentAt: at(0) } };
  const again = (seconds: number, text: string) =>
    absorbFields(told, [{ name: 'Plan', value: text, order: order(seconds) }], context(seconds));

  it('is not sent again while it is fresh, but its order advances', () => {
    const { fields, outcomes } = again(60, 'pro');
    expect(outcomes.get('Plan')).toBe('unchanged');
    expect(fields.Plan).toEqual({ order: order(60), digest: digestOf('pro'), sentAt: at(0) });
  });

  it('is sent again once it is older than the setting says', () => {
    expect(again(86_400, 'pro').fields.Plan?.value).toBe('pro');
    expect(again(86_399, 'pro').fields.Plan?.value).toBeUndefined();
  });

  it('is sent when it changes', () => {
    expect(again(60, 'basic').fields.Plan?.value).toBe('basic');
  });

  it('takes a newer pending value back', () => {
    const waiting = again(10, 'basic').fields;
    const back = absorbFields(
      waiting,
      [{ name: 'Plan', value: 'pro', order: order(20) }],
      context(20),
    );
    expect(back.fields.Plan?.value).toBeUndefined();
    expect(back.replaced).toEqual([{ name: 'Plan', value: 'basic', order: order(10) }]);
  });
});

describe('a value that was rejected', () => {
  const refused = (until?: number): Fields => ({
    Plan: {
      order: order(0),
      aside: {
        because: 'no such field',
        digest: digestOf('x'),
        ...(until !== undefined && { until: at(until) }),
      },
    },
  });
  const next = (fields: Fields, seconds: number, text: string) =>
    absorbFields(fields, [{ name: 'Plan', value: text, order: order(seconds) }], context(seconds));

  it('is not tried again, and says so', () => {
    const { fields, outcomes } = next(refused(), 5, 'x');
    expect(outcomes.get('Plan')).toBe('refused');
    expect(fields.Plan?.value).toBeUndefined();
    expect(fields.Plan?.order).toBe(order(5));
  });

  it('gives way to another value', () => {
    expect(next(refused(), 5, 'y').fields.Plan?.value).toBe('y');
  });

  it('is tried again when its time is over', () => {
    expect(next(refused(10), 9, 'x').outcomes.get('Plan')).toBe('refused');
    expect(next(refused(10), 10, 'x').fields.Plan?.value).toBe('x');
  });
});

describe('absorbing cookies', () => {
  it('keeps what Marketo knows of a cookie and the later of its orders', () => {
    const known = { c: { order: order(5), associated: true as const } };
    expect(absorbCookies(known, { c: { order: order(9) } }).c).toEqual({
      order: order(9),
      associated: true,
    });
    expect(absorbCookies(known, { c: { order: order(1) } })).toEqual(known);
  });
});

it('only pending registers have values to tell', () => {
  const fields: Fields = {
    Plan: { order: order(1), value: null },
    Title: { order: order(1), digest: digestOf('Dr'), sentAt: at(2) },
  };
  expect(valuesOf(fields)).toEqual([{ name: 'Plan', value: null, order: order(1) }]);
});
