import { logRejections, logRejectedRequest } from './rejectionLog.ts';
import * as answers from './ingestReplies.ts';
import type { Logger } from '../delivery.ts';
import type { Problem } from '../segment/problem.ts';
import type { IngestReply } from './ingestReplies.ts';
import type { ParsedRequest } from './requestParser.ts';
import type { Enqueued, createEnqueue } from './enqueue.ts';

/** Refused for its size; the only refusals that are answered with 413. */
const tooLargeCodes: ReadonlySet<string> = new Set([
  'event_too_large',
  'too_many_events',
  'batch_too_large',
]);

/** The status of an answer that refuses for these reasons and no others. */
const statusOf = (problems: readonly Problem[]): 400 | 413 =>
  problems.every(({ code }) => tooLargeCodes.has(code)) ? 413 : 400;

const notSafe: Readonly<Record<Exclude<Enqueued, 'safe'>, () => IngestReply>> = {
  throttled: answers.throttled,
  crowded: answers.crowded,
  failed: answers.unavailable,
};

interface DeliveryPorts {
  readonly enqueue: ReturnType<typeof createEnqueue>;
  readonly logger: Logger;
}

interface Form {
  /** The sender sent a list: it is answered with one. */
  readonly list: boolean;
  /** How long the queue may take. */
  readonly budgetMs?: number;
}

/** Brings what was read of a request to the queue, and answers its sender. */
export const createDeliver =
  ({ enqueue, logger }: DeliveryPorts) =>
  async (read: ParsedRequest, { list, budgetMs }: Form): Promise<IngestReply> => {
    if ('problem' in read) {
      logRejectedRequest(read.problem, logger);
      return answers.refusedRequest(read.problem, statusOf([read.problem]));
    }
    const { readings } = read;
    const enqueued = await enqueue(readings, budgetMs);
    if (enqueued === 'crowded') logRejectedRequest({ field: 'userId', code: 'crowded' }, logger);
    if (enqueued !== 'safe') return notSafe[enqueued]();
    const errors = logRejections(readings, logger);
    if (errors.length < readings.length) return answers.accepted(errors);
    const [only] = errors;
    return list || !only
      ? answers.refusedBatch(errors, statusOf(errors))
      : answers.refusedRequest(only, statusOf(errors));
  };
