import { describe, expect, it } from 'vitest';
import { digestOf } from '../../lambdas/digest.ts';
import { failUpdate, withFailedCookies } from '../../lambdas/lead/failUpdate.ts';
import type { KnownFields } from '../../lambdas/lead/leaveOut.ts';
import { leaveOut } from '../../lambdas/lead/leaveOut.ts';
import { emptyMailbox, hasPending, pendingCookie } from '../../lambdas/lead/mailbox.ts';
import { absorbFields } from '../../lambdas/lead/registers.ts';
import type { FieldValue, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { at, context, order } from '../support/mailboxes.ts';

const saying = (mailbox: Mailbox, seconds: number, values: Record<string, FieldValue>): Mailbox => {
  const incoming = Object.entries(values).map(([name, value]) => ({
    name,
    value,
    order: order(seconds),
  }));
  return { ...mailbox, fields: absorbFields(mailbox.fields, incoming, context(seconds)).fields };
};
const empty = emptyMailbox('jane@example.com', order(0));
const waiting = saying(empty, 0, { Plan: 'pro', Logins: 7 });

const knowing = (
  objectionTo: KnownFields['objectionTo'],
  unknownFields: KnownFields['unknownFields'] = 'skip',
): KnownFields => ({ objectionTo, fieldNamed: (name) => name, unknownFields, until: at(3_600) });

const noField = { because: 'Marketo has no such field', isUnknown: true } as const;
const without = (...names: string[]): KnownFields =>
  knowing((name) => (names.includes(name) ? noField : undefined));

describe('a field that Marketo is known not to have', () => {
  const { mailbox, left } = leaveOut(waiting, without('Plan', 'Other'), digestOf);

  it('is left out with the reason, and the others stay', () => {
    expect(left).toEqual([{ name: 'Plan', order: order(0), ...noField }]);
    expect(mailbox.fields.Plan?.value).toBeUndefined();
    expect(mailbox.fields.Plan?.aside?.because).toBe('Marketo has no such field');
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

  it('never comes back over a later value that counted as unchanged', () => {
    const synced: Mailbox = {
      ...empty,
      fields: { Logins: { order: order(0), digest: digestOf(1), sentAt: at(0) } },
    };
    const left = leaveOut(saying(synced, 10, { Logins: 'many' }), without('Logins'), digestOf);
    const winner = saying(left.mailbox, 20, { Logins: 1 });
    expect(leaveOut(winner, without(), digestOf).mailbox).toBe(winner);
    const again = saying(winner, 30, { Logins: 'many' });
    expect(leaveOut(again, without(), digestOf).mailbox.fields.Logins?.value).toBe('many');
  });

  it('alone asks for no call', () => {
    const alone = saying(empty, 0, { Plan: 'pro' });
    expect(hasPending(leaveOut(alone, without('Plan'), digestOf).mailbox)).toBe(false);
  });
});

describe('a value that its field cannot take', () => {
  const because = 'this text does not fit a field of type integer';
  const numbers = knowing((name, value) =>
    name === 'Logins' && typeof value !== 'number' ? { because } : undefined,
  );

  it('is left out with the reason, and kept', () => {
    const { mailbox, left } = leaveOut(saying(empty, 0, { Logins: 'many' }), numbers, digestOf);
    expect(left).toEqual([{ name: 'Logins', order: order(0), because }]);
    expect(mailbox.fields.Logins?.aside).toMatchObject({
      because,
      value: 'many',
      until: at(3_600),
    });
  });

  it('goes out when the field’s type has changed, and not before', () => {
    const { mailbox } = leaveOut(saying(empty, 0, { Logins: 'many' }), numbers, digestOf);
    expect(leaveOut(mailbox, numbers, digestOf).mailbox).toBe(mailbox);
    expect(leaveOut(mailbox, without(), digestOf).mailbox.fields.Logins?.value).toBe('many');
  });

  it('does not stand in the way of the next value', () => {
    const { mailbox } = leaveOut(saying(empty, 0, { Logins: 'many' }), numbers, digestOf);
    const next = leaveOut(saying(mailbox, 5, { Logins: 8 }), numbers, digestOf);
    expect(next.mailbox.fields.Logins?.value).toBe(8);
    expect(next.left).toEqual([]);
  });
});

it('a mailbox whose fields Marketo has stays as it is', () => {
  expect(leaveOut(waiting, without('Other'), digestOf).mailbox).toBe(waiting);
});

describe('where unknown fields fail an update', () => {
  const failing = knowing((name) => {
    if (name === 'Plan') return noField;
    return name === 'Age' ? { because: 'is bad' } : undefined;
  }, 'fail');
  const token = '_mch-example.com-1374552656411-90718';
  const update = { ...waiting, cookies: { [token]: { order: order(0) } } };

  it('they are named, and nothing of the update is taken away', () => {
    const { mailbox, left, failed } = leaveOut(update, failing, digestOf);
    expect(failed).toEqual(['Plan']);
    expect(left).toEqual([]);
    expect(mailbox).toBe(update);
  });

  it('bad values are left out all the same, and fail nothing', () => {
    const { left, failed } = leaveOut(saying(empty, 0, { Age: 'x' }), failing, digestOf);
    expect(left).toMatchObject([{ name: 'Age' }]);
    expect(failed).toEqual([]);
  });

  const { mailbox, dead } = failUpdate(update, ['Plan']);

  it('all of it becomes a dead letter that names them, and nothing is left to say', () => {
    expect(dead).toEqual({
      because: 'Marketo has no such field: Plan (setting unknownFields: fail)',
      fields: [
        { name: 'Plan', value: 'pro', order: order(0) },
        { name: 'Logins', value: 7, order: order(0) },
      ],
    });
    expect(hasPending(mailbox)).toBe(false);
  });

  it('the same event again changes nothing, and a later one goes', () => {
    expect(saying(mailbox, 0, { Plan: 'pro', Logins: 7 })).toEqual(mailbox);
    expect(saying(mailbox, 5, { Logins: 7 }).fields.Logins?.value).toBe(7);
  });

  it('its cookie goes along with the next update that may go, and alone never', () => {
    expect(leaveOut(mailbox, failing, digestOf).mailbox).toBe(mailbox);
    const failedAgain = saying(mailbox, 5, { Plan: 'basic' });
    expect(pendingCookie(leaveOut(failedAgain, failing, digestOf).mailbox)).toBeUndefined();
    const later = saying(mailbox, 5, { Logins: 8 });
    expect(pendingCookie(leaveOut(later, failing, digestOf).mailbox)).toBe(token);
  });
});

it('a failed update names ten of the fields that Marketo lacks, however many they are', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `Field${index}`);
  const many = saying(empty, 0, Object.fromEntries(names.map((name) => [name, 1])));
  const { because } = failUpdate(many, names).dead;
  expect(because).toContain('Field9 and 990 more');
  expect(because.length).toBeLessThan(200);
});

describe('an update that fails', () => {
  const because = 'Marketo has no such field: Plan (setting unknownFields: fail)';
  const sent = { order: order(0), digest: digestOf('Dr'), sentAt: at(0) };
  const cookies = {
    told: { order: order(0), associated: true },
    refused: { order: order(0), aside: 'no' },
    waiting: { order: order(0) },
  } as const;
  const full: Mailbox = {
    ...empty,
    fields: { Plan: { order: order(0), value: 'pro' }, Title: sent },
    cookies,
  };
  const failed = failUpdate(full, ['Plan']);

  it('puts aside what waits, with the reason, and nothing else', () => {
    expect(failed).toEqual({
      mailbox: {
        ...empty,
        fields: { Plan: { order: order(0), aside: { because } }, Title: sent },
        cookies: {
          ...cookies,
          waiting: { order: order(0), aside: 'setting unknownFields: fail' },
        },
      },
      dead: { because, fields: [{ name: 'Plan', value: 'pro', order: order(0) }] },
    });
  });

  it('has its cookies back, and no others, as soon as there is something that may go', () => {
    expect(withFailedCookies(failed.mailbox)).toBe(failed.mailbox);
    const next = { ...failed.mailbox, fields: { Plan: { order: order(9), value: 'basic' } } };
    expect(withFailedCookies(next)).toEqual({ ...next, cookies });
    expect(withFailedCookies({ ...next, cookies })).toEqual({ ...next, cookies });
    const none = { ...next, cookies };
    expect(withFailedCookies(none)).toBe(none);
  });

  it('names up to ten fields in full', () => {
    const names = Array.from({ length: 11 }, (_, index) => `F${index}`);
    const first = 'F0, F1, F2, F3, F4, F5, F6, F7, F8, F9';
    const said = (count: number) => failUpdate(full, names.slice(0, count)).dead.because;
    expect(said(10)).toBe(`Marketo has no such field: ${first} (setting unknownFields: fail)`);
    expect(said(11)).toBe(
      `Marketo has no such field: ${first} and 1 more (setting unknownFields: fail)`,
    );
  });
});
