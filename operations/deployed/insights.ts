import {
  GetQueryResultsCommand,
  StartQueryCommand,
  StopQueryCommand,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../lambdas/ports.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { deployedTiming } from '../limits.ts';
import { OperationsError } from '../error.ts';

export interface InsightsOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroups: readonly string[];
  readonly clock: Clock;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/** One result: its fields by name; those that it lacks are missing. */
export type Row = Readonly<Record<string, string>>;

/** Searches the lines of a stretch of time. Rejects with an OperationsError. */
export type Search = (query: string, from: EpochMs, to: EpochMs) => Promise<readonly Row[]>;

const waitMs = (polls: number): number =>
  Math.min(deployedTiming.searchPollLongestMs, deployedTiming.searchPollFirstMs * 2 ** polls);

const isUnderWay = (status: string | undefined): boolean =>
  status === 'Scheduled' || status === 'Running';

/**
 * CloudWatch Logs Insights: a search is started, and asked for until it is done. One that takes too
 * long is stopped, so that it costs nothing further.
 */
export const createSearch = ({
  client,
  logGroups,
  clock,
  sleep = pause,
}: InsightsOptions): Search => {
  const results = async (queryId: string, until: number): Promise<readonly Row[]> => {
    for (let polls = 0; ; polls += 1) {
      const { status, results: rows = [] } = await client.send(
        new GetQueryResultsCommand({ queryId }),
      );
      if (status === 'Complete')
        return rows.map((row) =>
          Object.fromEntries(
            row.flatMap(({ field, value }) =>
              field === undefined || value === undefined ? [] : [[field, value]],
            ),
          ),
        );
      if (!isUnderWay(status))
        throw new OperationsError(
          'unreachable',
          `CloudWatch Logs gave the search up (${status ?? 'no status'}): try again in a minute`,
        );
      const wait = waitMs(polls);
      if (clock.now() + wait > until)
        throw new OperationsError(
          'unreachable',
          `CloudWatch Logs did not finish the search within ${deployedTiming.searchMs / 1_000} s: try again in a minute`,
        );
      await sleep(wait);
    }
  };

  return async (queryString, from, to) => {
    const until = clock.now() + deployedTiming.searchMs;
    const { queryId } = await client.send(
      new StartQueryCommand({
        logGroupNames: [...logGroups],
        queryString,
        // Whole seconds; the last one counts.
        startTime: Math.floor(from / 1_000),
        endTime: Math.ceil(to / 1_000),
      }),
    );
    if (queryId === undefined)
      throw new OperationsError('unreachable', 'CloudWatch Logs began no search: try again');
    try {
      return await results(queryId, until);
    } catch (error) {
      // It may have ended by itself, and whoever asked is told the first error.
      await client.send(new StopQueryCommand({ queryId })).catch(() => undefined);
      throw error;
    }
  };
};
