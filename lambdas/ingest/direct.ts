import { forwardTiming } from '../limits.ts';
import { errorName } from '../errorName.ts';
import { isObject } from '../segment/json.ts';
import { logRejections, logRejectedRequest } from './rejectionLog.ts';
import { parseForwarded, withoutDeletes } from './requestParser.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { ConsentRules } from '../segment/consent.ts';
import type { Json } from '../segment/event.ts';
import type { Source } from '../segment/source.ts';
import type { ItemError } from './ingestReplies.ts';
import type { createEnqueue } from './enqueue.ts';

/** What whoever may invoke the function may do. */
export interface DirectRules {
  readonly source: Source;
  /** Users may be deleted so, too; otherwise it is like a write key. */
  readonly mayDelete: boolean;
}

interface DirectPorts {
  readonly clock: Clock;
  readonly direct: DirectRules;
  readonly enqueue: ReturnType<typeof createEnqueue>;
  readonly consent: ConsentRules;
  readonly logger: Logger;
}

/** `success` is false where nothing was accepted; `errors` lists what was not. */
export interface DirectAnswer {
  readonly success: boolean;
  readonly errors?: readonly ItemError[];
}

/** The message is not safe: whoever invoked the function must do so again. */
class NotSafeError extends Error {
  override readonly name = 'NotSafeError';
}

/** Whether the HTTP API invoked us: it always says with what, and no Segment message does. */
export const isRequest = (event: unknown): event is APIGatewayProxyEventV2 =>
  isObject(event) && isObject(event.requestContext);

/**
 * Segment's AWS Lambda destination: a raw message as the event, or an array of them. Whoever may
 * invoke the function may send what a write key may, and delete users only where the settings say so. Ends within `forwardTiming.answerMs`, since
 * Segment waits 5 s. A refused message is an answer; rejects only where it is worth to come again.
 */
export const createDirect =
  ({ clock, direct, enqueue, consent, logger }: DirectPorts) =>
  async (message: unknown): Promise<DirectAnswer> => {
    // What Lambda hands over was JSON; `undefined` is no event and is refused as null is.
    const terms = { receivedAt: clock.now(), source: direct.source, consent };
    const all = parseForwarded((message ?? null) as Json, terms);
    const read = direct.mayDelete ? all : withoutDeletes(all);
    if ('problem' in read) {
      logRejectedRequest(read.problem, logger);
      return { success: false, errors: [{ index: 0, ...read.problem }] };
    }
    const { readings } = read;
    const enqueued = await enqueue(readings, forwardTiming.answerMs).catch((error: unknown) => {
      // Lambda prints and returns what is thrown: another's words must not get there.
      logger.error('a message could not be handled', { because: errorName(error) });
      return 'failed';
    });
    if (enqueued !== 'safe') throw new NotSafeError('nothing was accepted; invoke it again later');
    const errors = logRejections(readings, logger);
    return errors.length === 0
      ? { success: true }
      : { success: errors.length < readings.length, errors };
  };
