import { describe, expect, test } from 'vitest';
import { billOf, oneByOneBill, totalOf } from '../../bench/bill.ts';
import { noUsage } from '../../bench/counted.ts';
import {
  indexWriteUnits,
  itemBytes,
  pageReadUnits,
  readUnits,
  writeUnits,
} from '../../bench/units.ts';
import type { Entry, Lane } from '../../lambdas/lead/schedule.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

describe('DynamoDB’s request units', () => {
  test('are counted in KB written and 4 KB read, each begun one whole', () => {
    expect([0, 1, 1_024, 1_025, 300_000].map(writeUnits)).toEqual([1, 1, 1, 2, 293]);
    expect([0, 4_096, 4_097].map(readUnits)).toEqual([1, 1, 2]);
    expect([0, 40, 41].map(pageReadUnits)).toEqual([0.5, 0.5, 1]);
  });

  test('of an index: nothing where the entry stays, two where it moves', () => {
    const at = (nextAt: number, lane: Lane = 'fields'): Entry => ({
      lane,
      nextAt: epochMs(nextAt),
    });
    const moves: readonly (readonly [Entry | undefined, Entry | undefined])[] = [
      [undefined, undefined],
      [undefined, at(1)],
      [at(1), at(1)],
      [at(1), at(2)],
      [at(1), at(1, 'rest')],
      [at(2), undefined],
    ];
    const units = moves.map(([before, after]) => indexWriteUnits(before, after));
    expect(units).toEqual([0, 1, 0, 2, 2, 1]);
  });

  test('an item weighs its key and its state in bytes, not in characters', () => {
    const weigh = (name: string): number => itemBytes('k', { version: 1, state: { name } });
    expect(weigh('ü') - weigh('u')).toBe(1);
  });
});

const idle = { receives: 0, maxReceives: 0, requests: 0, invocations: 0, busyMs: 0 };

test('a million events that reach the queue and no further cost what is paid at the door', () => {
  const uses = { events: idle, ticks: idle };
  const bill = billOf({ events: 1e6, usage: noUsage(), uses });
  expect(bill).toMatchObject({ api: 1, sqs: 0.5, dynamoDb: 0 });
  // A million requests, and 10 ms of half a GB for each.
  expect(bill.lambda).toBeCloseTo(0.2 + 5_000 * 0.0000133334, 6);
});

test('each counted request appears in the bill', () => {
  const uses = {
    events: { ...idle, requests: 1e6, invocations: 1e6 },
    ticks: { ...idle, requests: 1e6 },
  };
  const usage = { ...noUsage(), writeUnits: 1e6, readUnits: 1e6, tickRequests: 1e6, logBytes: 1e9 };
  const bill = billOf({ events: 0, usage, uses });
  expect(bill.lambda).toBeCloseTo(0.2);
  expect(bill.sqs).toBeCloseTo(0.5 + 0.4 + 0.4);
  expect(bill.dynamoDb).toBeCloseTo(0.625 + 0.125);
  expect(bill.logs).toBeCloseTo(0.5);
  expect(totalOf(bill)).toBeCloseTo(0.2 + 1.3 + 0.75 + 0.5);
});

test('a call per event pays for the second that it waits for a lock', () => {
  const none = { events: 0, visits: 0, calls: 0, attempts: 0, pauses: 0 };
  expect(oneByOneBill({ ...none, pauses: 1e6 }).lambda).toBeCloseTo(500_000 * 0.0000133334, 6);
});
