import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absorbFields, waitsUntil } from '../../lambdas/lead/registers.ts';
import { renameFields } from '../../lambdas/lead/renameFields.ts';
import { at, context, order } from '../support/mailboxes.ts';

/** `Plan_Tier`, `plan tier` and `planTier` are one field. */
const fieldNamed = (name: string): string =>
  name.replaceAll(/[_ ]/g, '').toLowerCase() === 'plantier' ? 'planTier' : name;

const red = { order: order(1), value: 'red' };
const blue = { order: order(2), value: 'blue' };

describe('values that came under another spelling', () => {
  it('go to the register of the field that Marketo means', () => {
    expect(renameFields({ Plan_tier: red, Other: blue }, fieldNamed)).toEqual({
      fields: { planTier: red, Other: blue },
      superseded: [],
    });
  });

  it('win there over an earlier one, which keeps what Marketo is known to have', () => {
    const known = { order: order(1), digest: 'd', sentAt: at(1) };
    expect(renameFields({ planTier: known, Plan_tier: blue }, fieldNamed).fields).toEqual({
      planTier: { ...blue, digest: 'd', sentAt: at(1) },
    });
  });

  it('lose there to a later one, and are named', () => {
    expect(renameFields({ planTier: blue, Plan_tier: red }, fieldNamed)).toEqual({
      fields: { planTier: blue },
      superseded: [{ name: 'planTier', ...red }],
    });
  });

  it('go along when they were left out, or clear the field', () => {
    const aside = { because: 'no such field', value: null, order: order(3) };
    const leftOut = { order: order(3), aside };
    expect(renameFields({ 'plan tier': leftOut, planTier: red }, fieldNamed)).toEqual({
      fields: { planTier: { order: order(3), value: null } },
      superseded: [{ name: 'planTier', ...red }],
    });
  });

  it('stay where there is nothing to move, and what is only remembered stays, too', () => {
    const fields = { planTier: red, Plan_tier: { order: order(2), digest: 'd', sentAt: at(1) } };
    expect(renameFields(fields, fieldNamed).fields).toBe(fields);
  });

  it('end as if all had come under the right name, whenever the description became known', () => {
    const names = fc.constantFrom('planTier', 'Plan_Tier', 'plan tier', 'Other');
    const events = fc.uniqueArray(fc.tuple(fc.nat(50), names, fc.nat(3)), {
      selector: ([seconds]) => seconds,
    });
    fc.assert(
      fc.property(events, fc.nat(10), (all, known) => {
        const incoming = all.map(([seconds, name, value]) => ({
          name,
          value,
          order: order(seconds),
        }));
        const [early, late] = [incoming.slice(0, known), incoming.slice(known)];
        const right = (values: typeof incoming) =>
          values.map((one) => ({ ...one, name: fieldNamed(one.name) }));
        const before = absorbFields({}, early, context(0)).fields;
        const learned = absorbFields(before, right(late), context(0)).fields;
        expect(renameFields(learned, fieldNamed).fields).toEqual(
          absorbFields({}, right(incoming), context(0)).fields,
        );
      }),
    );
  });
});

it('a value that waits for the description is looked at again at the earliest time', () => {
  const waiting = (seconds: number) => ({
    order: order(1),
    aside: {
      because: 'w',
      value: 1,
      order: order(1),
      until: at(seconds),
      isWaiting: true as const,
    },
  });
  expect(waitsUntil({ A: waiting(20), B: waiting(10), C: red })).toBe(at(10));
  expect(waitsUntil({ A: { ...waiting(20), order: order(2) } })).toBeUndefined();
  expect(waitsUntil({ A: { ...waiting(20), value: 2 } })).toBeUndefined();
});
