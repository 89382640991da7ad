/**
 * What SQS allows, from its documentation ("Amazon SQS message quotas", "CreateQueue", "SendMessage").
 * Facts about SQS, so they stand here and not beside the pipeline's own durations: a twin that took
 * its limits from the code under test could not contradict it.
 */
export const sqsLimits = {
  batchEntries: 10,
  batchIdCharacters: 80,
  maxReceive: 10,
  messageBytes: 1_048_576,
  leastMaximumMessageBytes: 1_024,
  delaySeconds: 900,
  visibilitySeconds: 43_200,
  waitSeconds: 20,
  leastRetentionSeconds: 60,
  maxRetentionSeconds: 1_209_600,
  inFlight: 120_000,
  /** "FIFO queues scan the first 120,000 messages to determine available message groups." */
  fifoScan: 120_000,
  deduplicationMs: 300_000,
  messageAttributes: 10,
  maxReceiveCount: 1_000,
} as const;

/** The values of a queue that names none. */
export const queueDefaults = {
  delaySeconds: 0,
  visibilitySeconds: 30,
  retentionSeconds: 345_600,
  waitSeconds: 0,
  maxReceiveCount: 10,
} as const;
