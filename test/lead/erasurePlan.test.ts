import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import { bytesOf, tooMuch } from '../../lambdas/lead/itemSize.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { Fields, IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { planErasure } from '../../lambdas/lead/erasurePlan.ts';
import { leadLimits } from '../../lambdas/limits.ts';
import { at, order } from '../support/mailboxes.ts';

const user = keyIdOf('userId', 'u');
const lead = leadIdOf('jane@example.com');
const erased = { order: order(10), user, isDelete: true } as const;
const terms = { now: at(30), limits: leadLimits };

const fieldsOf = (name: string, count: number, length: number): Fields =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${name}${index}`,
      { order: order(20, index), value: 'x'.repeat(length) },
    ]),
  );
const plan = (fields: Fields, held: Fields) => {
  const mailbox: Mailbox = { ...emptyMailbox('jane@example.com', order(1)), fields };
  const key: IdentityRecord = {
    fields: held,
    cookies: {},
    link: { lead, email: 'jane@example.com', order: order(1) },
  };
  const found = { leads: new Map([[lead, mailbox]]), keys: new Map([[user, key]]) };
  return planErasure(found, erased, terms);
};

describe('what came since a deletion, without an e-mail of its own,', () => {
  it('is held at the key of the user', () => {
    const { keys, dead } = plan(fieldsOf('a', 3, 10), fieldsOf('b', 3, 10));
    expect(Object.keys(keys.get(user)?.next.fields ?? {})).toHaveLength(6);
    expect(dead).toEqual([]);
  });

  it.each([
    ['in bytes', fieldsOf('a', 600, 350), fieldsOf('b', 300, 350)],
    ['in fields', fieldsOf('a', 600, 1), fieldsOf('b', 600, 1)],
  ])('is a dead letter where it finds no room, %s', (_in, fields, held) => {
    const { keys, leads, dead } = plan(fields, held);
    const key = keys.get(user);
    expect(Object.keys(key?.next.fields ?? {})).toEqual(Object.keys(held));
    expect(bytesOf(key?.next)).toBeLessThanOrEqual(leadLimits.itemBytes);
    expect(leads.get(lead)?.next.fields).toEqual({});
    expect(dead).toMatchObject([{ because: tooMuch, key: user }]);
    expect(dead[0]?.fields).toHaveLength(Object.keys(fields).length);
  });
});
