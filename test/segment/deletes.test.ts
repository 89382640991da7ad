import { describe, expect, it } from 'vitest';
import { behindDeletes } from '../../lambdas/segment/deletes.ts';
import type { Json } from '../../lambdas/segment/event.ts';
import { readMessage } from '../../lambdas/segment/message.ts';
import { sequenceKeyOf } from '../../lambdas/segment/order.ts';
import { consentUnchecked } from '../support/consent.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

const receivedAt = epochMs(Date.UTC(2026, 10, 23, 12));
const at = (offset: number): string => new Date(receivedAt + offset).toISOString();

/** The places of a request's events among all events. */
const ordersOf = (...messages: readonly Json[]): string[] => {
  const terms = { receivedAt, messageIdCharacters: 100, consent: consentUnchecked };
  const readings = behindDeletes(messages.map((message) => readMessage(message, terms)));
  return readings.flatMap((reading, index) =>
    reading.kind === 'event'
      ? [sequenceKeyOf(reading.event.timestamp, reading.event.receivedAt, index, 'mmmmmmmmmmm')]
      : [],
  );
};

const remove = { type: 'delete', userId: 'u' };
const identify = (more: object = {}) => ({ type: 'identify', userId: 'u', ...more });

describe('in one request, an event', () => {
  it.each([
    ['without a time of its own', {}],
    ['from a clock that is ahead', { timestamp: at(60_000) }],
  ])('behind a delete is newer, %s', (_of, more) => {
    const [deleted = '', behind = ''] = ordersOf(remove, identify(more));
    expect(behind > deleted).toBe(true);
  });

  it('behind a delete that happened before stays older: it may be a late copy', () => {
    const [deleted = '', behind = ''] = ordersOf(remove, identify({ timestamp: at(-1) }));
    expect(behind < deleted).toBe(true);
  });

  it('before a delete is older, and between two is older than the second', () => {
    const [before = '', first = '', between = '', second = ''] = ordersOf(
      identify(),
      remove,
      identify(),
      remove,
    );
    expect([first, between, second, before].sort()).toEqual([before, first, between, second]);
  });

  it('of another request in the same millisecond is older than the delete', () => {
    const [other = ''] = ordersOf(identify());
    const [deleted = ''] = ordersOf(remove);
    expect(other < deleted).toBe(true);
  });
});

it('what stands before the first delete, and what is no event, stays as it is', () => {
  const read = (message: Json) =>
    readMessage(message, { receivedAt, messageIdCharacters: 100, consent: consentUnchecked });
  const readings = [identify(), remove, { type: 'alias' }, {}, remove].map(read);
  expect(behindDeletes(readings)).toEqual(readings);
});

it('a request without a delete is left as it is', () => {
  const readings = [{ kind: 'dropped', because: 'x' } as const];
  expect(behindDeletes(readings)).toBe(readings);
});
