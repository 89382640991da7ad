import type { HistoryWriter } from '../history/historyPorts.ts';
import { historyTiming } from '../limits.ts';
import type { historyOf } from './history.ts';

type HistorySettings = Parameters<typeof historyOf>[0];

const load = async (settings: HistorySettings) => {
  const { openIngestHistory } = await import('./ingestHistory.ts');
  return openIngestHistory(settings);
};

/**
 * Ingest's history: what it refuses and drops, and nothing else. Most invocations have nothing to say, so
 * the client of DynamoDB is loaded when one has.
 */
export const lazyHistory = (settings: HistorySettings) => {
  if (settings.days === 0) return undefined;
  let writer: ReturnType<typeof load> | undefined;
  const write: HistoryWriter['write'] = async (batch, signal) => {
    writer ??= load(settings);
    await (await writer)?.write(batch, signal);
  };
  return { writer: { write }, writeMs: historyTiming.ingestWriteMs, payloads: settings.payloads };
};
