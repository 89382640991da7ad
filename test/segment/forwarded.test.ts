import { describe, expect, it } from 'vitest';
import { asForwarded } from '../../lambdas/segment/forwarded.ts';
import { timestampOf } from '../../lambdas/segment/timestamps.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { JsonObject } from '../../lambdas/segment/event.ts';

const receivedAt = epochMs(1_772_366_400_000);
const hourMs = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const timeOf = (message: JsonObject) => timestampOf(asForwarded(message) as JsonObject, receivedAt);

describe('a message that Segment forwards', () => {
  it('happened when Segment says, and is not corrected once more', () => {
    const message = {
      timestamp: iso(receivedAt - 2 * hourMs),
      originalTimestamp: iso(receivedAt - 3 * hourMs),
      sentAt: iso(receivedAt - 3 * hourMs + 1_000),
    };
    expect(timeOf(message)).toBe(receivedAt - 2 * hourMs);
  });

  it('without a usable timestamp is read like any other', () => {
    const message = {
      timestamp: 'yesterday',
      originalTimestamp: iso(receivedAt - 3 * hourMs),
      sentAt: iso(receivedAt - 2 * hourMs),
    };
    expect(timeOf(message)).toBe(receivedAt - hourMs);
    expect(asForwarded('text')).toBe('text');
  });
});
