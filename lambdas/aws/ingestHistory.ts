import { historyTiming } from '../limits.ts';
import { createDynamoClient } from './clients.ts';
import { historyOf } from './history.ts';

/** Ingest's writer, with the client of DynamoDB: loaded on demand. */
export const openIngestHistory = (settings: Parameters<typeof historyOf>[0]) =>
  historyOf(settings, createDynamoClient(), historyTiming.ingestWriteMs)?.writer;
