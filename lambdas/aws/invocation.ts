import type { Context, SQSBatchResponse } from 'aws-lambda';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { systemClock } from '../systemClock.ts';

/** When this invocation ends, by our clock, less what is kept for its end. */
export const endOf = (context: Context, reserveMs = 0): EpochMs =>
  epochMs(systemClock.now() + context.getRemainingTimeInMillis() - reserveMs);

/** The messages of a batch that SQS is to bring again. */
export const batchResponse = (failed: readonly string[]): SQSBatchResponse => ({
  batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })),
});
