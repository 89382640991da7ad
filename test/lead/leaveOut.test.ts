import { describe, expect, it } from 'vitest';
import { digestOf } from '../../lambdas/digest.ts';
import { leaveOut } from '../../lambdas/lead/leaveOut.ts';
import { emptyMailbox, hasPending } from '../../lambdas/lead/mailbox.ts';
import { absorbFields } from '../../lambdas/lead/registers.ts';
import type { FieldValue, Mailbox } from '../../lambdas/lead/types.ts';
import { at, context, order } from '../support/mailboxes.ts';

const saying = (mailbox: Mailbox, seconds: number, values: Record<string, FieldValue>): Mailbox => {
  const incoming = Object.entries(values).map(([name, value]) => ({
    name,
    value,
    order: order(seconds),
  }));
  return { ...mailbox, fields: absorbFields(mailbox.fields, incoming, context(seconds)).fields };
};
const waiting = saying(emptyMailbox('jane@example.com', order(0)), 0, { Plan: 'pro', Logins: 7 });
const without = (...names: string[]) => ({
  isUnknown: (name: string) => names.includes(name),
  until: at(3_600),
});

describe('a field that Marketo is known not to have', () => {
  const { mailbox, left } = leaveOut(waiting, without('Plan', 'Other'), digestOf);

  it('is left out, and the others stay', () => {
    expect(left).toEqual([{ name: 'Plan', order: order(0) }]);
    expect(mailbox.fields.Plan?.value).toBeUndefined();
    expect(mailbox.fields.Logins?.value).toBe(7);
  });

  it('is not looked at again for the same value until Marketo is asked again', () => {
    expect(saying(mailbox, 3_599, { Plan: 'pro' }).fields.Plan?.value).toBeUndefined();
    expect(saying(mailbox, 3_600, { Plan: 'pro' }).fields.Plan?.value).toBe('pro');
    expect(saying(mailbox, 10, { Plan: 'basic' }).fields.Plan?.value).toBe('basic');
  });

  it('goes out with the value that was left out, once Marketo has it', () => {
    const now = leaveOut(mailbox, without('Other'), digestOf);
    expect(now.mailbox.fields.Plan).toEqual({ order: order(0), value: 'pro' });
    expect(now.left).toEqual([]);
  });

  it('goes out with the newer value, if one came meanwhile', () => {
    const newer = saying(mailbox, 10, { Plan: 'basic' });
    expect(leaveOut(newer, without(), digestOf).mailbox.fields.Plan?.value).toBe('basic');
  });

  it('alone asks for no call', () => {
    const alone = saying(emptyMailbox('joe@example.com', order(0)), 0, { Plan: 'pro' });
    expect(hasPending(leaveOut(alone, without('Plan'), digestOf).mailbox)).toBe(false);
  });
});

it('a mailbox whose fields Marketo has stays as it is', () => {
  expect(leaveOut(waiting, without('Other'), digestOf).mailbox).toBe(waiting);
});
