import { describe, expect, it } from 'vitest';
import { timeIn, timestampOf, unreadTimes } from '../../lambdas/segment/timestamps.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

const eleven = Date.UTC(2026, 2, 1, 11);

describe('a date', () => {
  it.each([
    ['2026-03-01T11:00:00Z', eleven],
    [' 2026-03-01T11:00:00Z\n', eleven],
    ['2026-03-01t11:00:00z', eleven],
    ['2026-03-01 11:00', eleven],
    ['2026-03-01T11:00Z', eleven],
    ['2026-03-01T13:30+02:30', eleven],
    ['2026-03-01T08:30:00-0230', eleven],
    ['2026-03-01T11:00:07.5Z', eleven + 7_500],
    ['2026-03-01T11:00:07,25Z', eleven + 7_250],
    ['2026-03-01T11:00:07.1239+00:00', eleven + 7_123],
    ['1970-01-01T00:00:00Z', 0],
    ['2026-03-01 11:00:00 UTC', eleven],
    ['2026-03-01 13:00:00 +0200', eleven],
    ['2026-03-01 11:00:00+00', eleven],
    ['Sun, 01 Mar 2026 11:00:00 GMT', eleven],
    [1_396_594_800, 1_396_594_800_000],
    [1_396_594_800.5, 1_396_594_800_500],
    [1_396_594_800_000, 1_396_594_800_000],
    ['1396594800', 1_396_594_800_000],
    [' 1396594800000 ', 1_396_594_800_000],
    ['1396594800000001', 1_396_594_800_000],
    ['1396594800000000001', 1_396_594_800_000],
  ])('%j is read', (text, at) => {
    expect(timeIn(text)).toBe(at);
  });

  it.each([
    'on 2026-03-01T11:00:00Z',
    '2026-03-01T11:00:00Z.',
    '2026-13-01T11:00:00Z',
    '2026-03-01T11',
    '2026-3-1',
    '1969-12-31T23:59:59.999Z',
    '',
    0,
    -1_396_594_800,
    139_659_480,
    13_965_948_000,
    '1396594800s',
    '0x53 0',
    '03/01/2026',
    'Sun, 01 Mar 2026',
    true,
    null,
    undefined,
  ])('%j counts as none', (value) => {
    expect(timeIn(value)).toBeUndefined();
  });

  it('of an event lies where the sender’s clock puts it, but never before 1970', () => {
    const receivedAt = epochMs(eleven);
    const corrected = (originalTimestamp: string, sentAt: string) =>
      timestampOf({ originalTimestamp, sentAt }, receivedAt);
    expect(corrected('2020-01-01T00:00:00Z', '2020-01-01T00:01:00Z')).toBe(eleven - 60_000);
    expect(corrected('2020-01-01T00:01:00Z', '2020-01-01T00:00:00Z')).toBe(eleven + 60_000);
    expect(corrected('1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z')).toBe(0);
  });
});

describe('a date that cannot be read', () => {
  const fields = (times: Parameters<typeof unreadTimes>[0]): string[] =>
    unreadTimes(times).map(({ field }) => field);

  it.each([
    [{ timestamp: 'yesterday' }, ['timestamp']],
    [{ originalTimestamp: {}, timestamp: '1/2/2026' }, ['originalTimestamp', 'timestamp']],
    [{ timestamp: '2026-03-01T11:00:00Z', sentAt: 'now' }, ['sentAt']],
  ])('is named: %j', (times, named) => {
    expect(fields(times)).toEqual(named);
  });

  it.each([
    {},
    { timestamp: null, sentAt: '' },
    { timestamp: '0001-01-01T00:00:00Z' },
    { timestamp: 0 },
    { originalTimestamp: 'yesterday', timestamp: '2026-03-01T11:00:00Z' },
    { sentAt: 'now' },
  ])('is none in %j', (times) => {
    expect(fields(times)).toEqual([]);
  });

  it('is never repeated', () => {
    expect(JSON.stringify(unreadTimes({ timestamp: 'born 1815' }))).not.toContain('1815');
  });
});
