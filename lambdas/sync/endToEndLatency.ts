import type { Metrics } from '../metricNames.ts';
import type { SequenceKey } from '../segment/order.ts';
import { messageHashOf, receivedAtOf } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';

/**
 * Measures how long events took from ingest to Marketo, each once however many values it brought.
 * What was held for an e-mail, or rejected, counts from when it came.
 */
export const createLatency =
  (metrics: Metrics) =>
  (synced: readonly { readonly order: SequenceKey }[], now: EpochMs): void => {
    const events = new Map(synced.map(({ order }) => [messageHashOf(order), order]));
    for (const order of events.values()) {
      const receivedAt = receivedAtOf(order);
      if (receivedAt !== undefined) metrics.record('Freshness', Math.max(0, now - receivedAt));
    }
  };
