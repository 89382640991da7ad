import type { SQSClient } from '@aws-sdk/client-sqs';
import { resourcesOf } from '../template.ts';
import { pollQueue } from './pollQueue.ts';
import { sendOnSchedule } from './sendOnSchedule.ts';
import type { Connections, SourceKind } from './sourceKind.ts';

/**
 * What may invoke a function of the template, by its type. A new way in is one file and its row here;
 * without one, the run says that it leaves the resource out.
 */
export const sourceKinds: Readonly<Record<string, SourceKind>> = {
  'AWS::Lambda::EventSourceMapping': pollQueue,
  'AWS::Events::Rule': sendOnSchedule,
};

/**
 * Starts what invokes the functions. What this machine would not obey is left out, with a warning that
 * names it. Returns what stops them; it resolves when no batch is at work any more.
 */
export const connectSources = (connections: Connections, sqs: SQSClient): (() => Promise<void>) => {
  const { template, warn } = connections;
  const stops = Object.entries(sourceKinds).flatMap(([type, kind]) =>
    resourcesOf(template, type).flatMap(([id, written]) => {
      try {
        return kind(connections, id, written).map((start) => start(sqs));
      } catch (error) {
        warn(
          `The local run leaves out ${id} (${type}): ${(error as Error).message}. Teach local/sources/, or test it in a deployment.`,
        );
        return [];
      }
    }),
  );
  return async () => {
    await Promise.all(stops.map(async (stop) => stop()));
  };
};
