import { describe, expect, it } from 'vitest';
import {
  centralTime,
  count,
  counted,
  lasting,
  left,
  share,
} from '../../../../operations/console/client/format.ts';

it.each([
  [0, '0 ms'],
  [840, '840 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [4_200, '4.2 s'],
  [3_000, '3 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [26_280, '26.3 s'],
  [59_400, '59.4 s'],
  [59_960, '1 min'],
  [192_000, '3 min 12 s'],
  [3_600_000, '1 h'],
  [22_320_000, '6 h 12 min'],
  [183_600_000, '2 d 3 h'],
])('%d ms are %s', (ms, text) => {
  expect(lasting(ms)).toBe(text);
});

describe('a countdown', () => {
  it.each([
    [25_001, '26 s'],
    [25_000, '25 s'],
    [1, '1 s'],
    [0, '0 s'],
    [-5_000, '0 s'],
  ])('with %d ms to go says %s', (ms, text) => {
    expect(left(ms)).toBe(text);
  });
});

it('numbers are grouped, and short from a million on', () => {
  expect([count(12_345), count(999_999), count(1_234_567)]).toEqual(['12,345', '999,999', '1.2M']);
  expect([counted(1, 'lead'), counted(1_200, 'lead')]).toEqual(['1 lead', '1,200 leads']);
  expect([share(1, 3), share(1, 900), share(5, 0)]).toEqual(['33%', 'under 1%', '0%']);
});

it('Marketo’s midnight is named in US Central time, summer and winter', () => {
  expect(centralTime(Date.UTC(2026, 6, 1, 5))).toMatch(/^Wed,? 00:00 CDT$/);
  expect(centralTime(Date.UTC(2026, 0, 1, 6))).toMatch(/^Thu,? 00:00 CST$/);
});
