import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../ports.ts';
import { createLists } from './historyLists.ts';
import { HistorySummaries } from './historySummaries.ts';
import { DynamoHistoryWriter } from './historyWriter.ts';
import { variable } from './variable.ts';

interface HistorySettings {
  readonly days: number;
  readonly payloads: boolean;
}

const dayMs = 24 * 3_600_000;

/** How long history is kept; 0: none is. */
const historyKeepMs = ({ days }: Pick<HistorySettings, 'days'>): number => days * dayMs;

/** A function's history by its settings and environment; `undefined` where none is kept. */
export const historyOf = (
  settings: HistorySettings,
  client: DynamoDBClient,
  writeMs: number,
): { writer: DynamoHistoryWriter; writeMs: number; payloads: boolean } | undefined => {
  if (settings.days === 0) return undefined;
  const keepMs = historyKeepMs(settings);
  const writer = new DynamoHistoryWriter({ client, tableName: variable('HISTORY_TABLE'), keepMs });
  return { writer, writeMs, payloads: settings.payloads };
};

/** Sums up what is over; `undefined` where no history is kept. */
export const sumUpOf = (
  settings: HistorySettings,
  client: DynamoDBClient,
  clock: Clock,
): (() => Promise<void>) | undefined => {
  if (settings.days === 0) return undefined;
  const options = {
    client: DynamoDBDocumentClient.from(client),
    tableName: variable('HISTORY_TABLE'),
    keepMs: historyKeepMs(settings),
  };
  const [lists, summaries] = [createLists(options), new HistorySummaries(options)];
  return () => summaries.sumUp(lists, clock.now());
};
