import type { Logger } from '../delivery.ts';
import type { Reading } from '../segment/message.ts';
import type { Problem } from '../segment/problem.ts';
import type { IngestReply, ItemError } from './ingestReplies.ts';

/**
 * Writes down what was dropped and what was refused, and lists the refused ones for
 * their sender, each with its place in the request.
 */
export const logRejections = (readings: readonly Reading[], logger: Logger): readonly ItemError[] =>
  readings.flatMap((reading, index): ItemError[] => {
    if (reading.kind === 'event') return [];
    const id = reading.messageId === undefined ? {} : { messageId: reading.messageId };
    if (reading.kind === 'dropped') {
      logger.delivery({ step: 'dropped', ...id, because: reading.because });
      return [];
    }
    const { field, code } = reading.problem;
    // The problem's message may repeat what a sender wrote as a call type, so it is not logged.
    logger.delivery({ step: 'refused', ...id, because: `${code} (${field}), by ingest` });
    return [{ index, ...id, ...reading.problem }];
  });

/** Answers a request that is refused as a whole, and writes that down. */
export const createRejectRequest =
  (logger: Logger) =>
  (answer: IngestReply, field: string, code: string): IngestReply => {
    logRejectedRequest({ field, code }, logger);
    return answer;
  };

/** Writes down that a request was refused as a whole, so that its events are missed by nobody. */
export const logRejectedRequest = (
  { field, code }: Pick<Problem, 'field' | 'code'>,
  logger: Logger,
): void => {
  logger.warn('a request was refused as a whole', { because: `${code} (${field})` });
};
