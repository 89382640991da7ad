import { FilterLogEventsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../lambdas/ports.ts';
import { deployedLimits, deployedTiming } from '../limits.ts';
import { lineOf } from '../lines/parse.ts';
import type { Line } from '../views.ts';

interface LatestOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroups: readonly string[];
  readonly clock: Clock;
}

/** Lines that a logger of ours wrote: metrics and Lambda's own lines have no level at the top. */
const withLevel = '{ $.level = "*" }';

/**
 * The latest lines, latest first. Reading is free but comes earliest first and only so many times a
 * second, so short stretches are read before long ones, and then only what has come since.
 */
export const createLatest = ({ client, logGroups, clock }: LatestOptions) => {
  /** By CloudWatch's id of the event. */
  let known = new Map<string, Line>();
  let readTo = -Infinity;

  /** Whether all of it was read. */
  const readGroup = async (logGroupName: string, startTime: number): Promise<boolean> => {
    let nextToken: string | undefined;
    for (let page = 0; page < deployedLimits.latestPages; page += 1) {
      const answer = await client.send(
        new FilterLogEventsCommand({
          logGroupName,
          startTime,
          filterPattern: withLevel,
          nextToken,
        }),
      );
      for (const { eventId, message } of answer.events ?? []) {
        const line = lineOf(message ?? '');
        if (eventId !== undefined && line !== undefined) known.set(eventId, line);
      }
      nextToken = answer.nextToken;
      if (nextToken === undefined) return true;
    }
    return false;
  };

  const readSince = async (from: number): Promise<boolean> => {
    const read = await Promise.all(logGroups.map((group) => readGroup(group, Math.max(0, from))));
    const newest = [...known].sort(([, one], [, other]) => other.at - one.at);
    known = new Map(newest.slice(0, deployedLimits.latestLines));
    return read.every(Boolean);
  };

  const readWindows = async (now: number, most: number): Promise<void> => {
    for (const windowMs of deployedTiming.latestWindowsMs)
      if (!(await readSince(now - windowMs)) || known.size >= most) return;
  };

  return async (most: number): Promise<readonly Line[]> => {
    const now = clock.now();
    // After a long pause the beginning would be read first, and the end perhaps never.
    const isRecent = now - readTo < deployedTiming.lateLineMs;
    const isAll = isRecent && (await readSince(readTo - deployedTiming.latestOverlapMs));
    if (!isAll) await readWindows(now, most);
    readTo = now;
    return [...known.values()].slice(0, most);
  };
};
