import {
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';
import { randomUUID } from 'node:crypto';
import type { Logger } from '../../lambdas/delivery.ts';
import type { Clock } from '../../lambdas/ports.ts';
import { createLineLogger } from '../lines/logger.ts';
import { silentLogger } from '../silent.ts';

interface ToldOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroup: string;
  readonly clock: Clock;
}

interface Written {
  readonly timestamp: number;
  readonly message: string;
}

/** Far below CloudWatch's 1 MB a request, however many messages each line names. */
const linesPerRequest = 50;

/**
 * Delivery lines of what the user does with dead letters, beside those of the functions, so that the
 * events in them do not end in silence. They are kept until `flush`, which never rejects: whoever may
 * not write there has done the work all the same.
 */
export const createTold = ({ client, logGroup: logGroupName, clock }: ToldOptions) => {
  let lines: Written[] = [];
  let stream: string | undefined;

  const openStream = async (): Promise<string> => {
    const logStreamName = `operations/${randomUUID()}`;
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    return logStreamName;
  };

  const lineLogger = createLineLogger('operations', clock, (message) => {
    lines.push({ timestamp: clock.now(), message });
  });
  const logger: Logger = {
    ...silentLogger,
    delivery: (line) => {
      lineLogger.delivery(line);
    },
  };

  return {
    logger,
    flush: async (): Promise<void> => {
      const all = lines;
      lines = [];
      if (all.length === 0) return;
      try {
        const logStreamName = (stream ??= await openStream());
        for (let at = 0; at < all.length; at += linesPerRequest) {
          const logEvents = all.slice(at, at + linesPerRequest);
          await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
        }
      } catch {
        // Events are safe where they are; only the account of them has a gap.
      }
    },
  };
};
