import { describe, expect, it } from 'vitest';
import { bytesOf, keyWithin, within } from '../../lambdas/lead/itemSize.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { activityAt, at, order } from '../support/mailboxes.ts';

const limits = { fields: 3, cookies: 2, activities: 2, itemBytes: 10_000 };
const empty = emptyMailbox('jane@example.com', order(0));
const pending = (seconds: number, value = 'x') => ({ order: order(seconds), value });
const sent = (seconds: number) => ({ order: order(seconds), digest: 'd', sentAt: at(seconds) });
const cookie = (seconds: number) => ({ order: order(seconds) });
const settled = (seconds: number) => ({ order: order(seconds), associated: true as const });
const activities = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${n}`, activityAt(order(n))]));

it('bytes are those of the text as it is stored', () => {
  expect(bytesOf({ Name: 'é€' })).toBe('{"Name":"'.length + 5 + '"}'.length);
});

describe('a mailbox within its bounds', () => {
  it('stays as it is, up to the last field, cookie, activity and byte', () => {
    const full: Mailbox = {
      ...empty,
      fields: { A: pending(1), B: pending(2), C: sent(0) },
      cookies: { c: cookie(1), d: cookie(2) },
      activities: { pending: activities(2), done: ['m'] },
    };
    expect(within(full, limits)).toEqual(full);
    expect(within(full, { ...limits, itemBytes: bytesOf(full) })).toEqual(full);
    const roomy = { ...limits, fields: 4, cookies: 3, activities: 3 };
    const remembered = { ...full, fields: { A: sent(1), B: sent(2), C: sent(3) } };
    expect(within(remembered, roomy)).toEqual(remembered);
    const tight = within(full, { ...limits, itemBytes: bytesOf(full) - 1 });
    expect(tight?.fields).toEqual({ A: pending(1), B: pending(2) });
    expect(tight?.activities?.done).toEqual(['m']);
  });

  it('gives up what is only remembered, the oldest first, and no more of it than needed', () => {
    const fields = { Late: sent(3), Old: sent(1), Mid: sent(2), New: pending(0) };
    expect(Object.keys(within({ ...empty, fields }, limits)?.fields ?? {})).toEqual([
      'Late',
      'Mid',
      'New',
    ]);
  });

  it('gives up settled cookies before pending ones, and of those the oldest', () => {
    const cookies = { a: cookie(1), b: settled(5), c: cookie(2), d: cookie(3) };
    expect(Object.keys(within({ ...empty, cookies }, limits)?.cookies ?? {})).toEqual(['c', 'd']);
    const many = { a: settled(2), b: settled(1), c: settled(3) };
    expect(Object.keys(within({ ...empty, cookies: many }, limits)?.cookies ?? {})).toEqual([
      'a',
      'c',
    ]);
  });

  it('is none where what waits alone is too much', () => {
    const four = { A: pending(1), B: pending(2), C: pending(3), D: pending(4) };
    expect(within({ ...empty, fields: four }, limits)).toBeUndefined();
    const tooMany = { pending: activities(3), done: [] };
    expect(within({ ...empty, activities: tooMany }, limits)).toBeUndefined();
    const large = { A: pending(1, 'x'.repeat(10_000)) };
    expect(within({ ...empty, fields: large }, limits)).toBeUndefined();
    const box = { pending: activities(1), done: [] };
    expect(within({ ...empty, fields: large, activities: box }, limits)).toBeUndefined();
  });
});

describe('a key within its bounds', () => {
  const key: IdentityRecord = {
    fields: { A: pending(1), B: pending(2), C: pending(3) },
    cookies: { c: cookie(1), d: cookie(2) },
    activities: activities(2),
  };

  it('stays as it is, up to the last field, cookie, activity and byte', () => {
    expect(keyWithin(key, limits)).toEqual(key);
    expect(keyWithin(key, { ...limits, itemBytes: bytesOf(key) })).toEqual(key);
    expect(keyWithin({ fields: {}, cookies: {} }, limits)).toEqual({ fields: {}, cookies: {} });
  });

  it('gives up its oldest cookies, and nothing else', () => {
    const cookies = { ...key.cookies, e: cookie(3) };
    expect(Object.keys(keyWithin({ ...key, cookies }, limits)?.cookies ?? {})).toEqual(['d', 'e']);
    const fields = { ...key.fields, D: pending(4) };
    expect(keyWithin({ ...key, fields }, limits)).toBeUndefined();
    expect(keyWithin({ ...key, activities: activities(3) }, limits)).toBeUndefined();
    expect(keyWithin(key, { ...limits, itemBytes: bytesOf(key) - 1 })).toBeUndefined();
  });
});
