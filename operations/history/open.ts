import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoHistoryReader } from '../../lambdas/aws/historyReader.ts';
import { DynamoHistoryWriter } from '../../lambdas/aws/historyWriter.ts';
import type { Logger } from '../../lambdas/delivery.ts';
import type { HistoryReader } from '../../lambdas/history/historyPorts.ts';
import { HistoryRecorder } from '../../lambdas/history/recorder.ts';
import type { Clock } from '../../lambdas/ports.ts';
import { deployedTiming } from '../limits.ts';
import type { Lines } from '../ports.ts';
import { createHistoryLines } from './lines.ts';

interface HistoryOptions {
  readonly client: DynamoDBClient;
  /** Absent: no history is kept. */
  readonly tableName: string | undefined;
  readonly days: number;
  readonly clock: Clock;
  /** Gets the lines about what is done here. */
  readonly logger: Logger;
}

/** The history of a destination, and how what is done here gets into it. */
interface OpenedHistory {
  readonly lines: Lines;
  /** Absent: no history is kept. */
  readonly history?: HistoryReader;
  /** 0: no history is kept. */
  readonly historyDays: number;
  readonly logger: Logger;
  /** Writes down what was done since. Never rejects. */
  readonly flush: () => Promise<void>;
}

const dayMs = 86_400_000;

const noLines: Lines = {
  ofMessage: () => Promise.resolve([]),
  ofLead: () => Promise.resolve([]),
  latest: () => Promise.resolve([]),
  tally: () => Promise.resolve([]),
};

/** Opens the history of a destination; where there is none, it is empty. */
export const openHistory = ({
  client,
  tableName,
  days,
  clock,
  logger,
}: HistoryOptions): OpenedHistory => {
  if (tableName === undefined || days === 0)
    return { lines: noLines, historyDays: 0, logger, flush: () => Promise.resolve() };
  const options = { client, tableName, keepMs: days * dayMs };
  const history = new DynamoHistoryReader({ ...options, clock });
  const recorder = new HistoryRecorder({
    logger,
    writer: new DynamoHistoryWriter(options),
    clock,
    service: 'operations',
    writeMs: deployedTiming.requestTimeoutMs,
    payloads: false,
    resets: true,
  });
  return {
    lines: createHistoryLines(history, clock),
    history,
    historyDays: days,
    logger: recorder.logger,
    flush: () => recorder.flush(),
  };
};
