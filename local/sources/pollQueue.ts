import * as z from 'zod';
import type { LocalFunction } from '../functions/function.ts';
import { readProperties } from '../readProperties.ts';
import { startPoller } from './poller.ts';
import { queueOf, type SourceKind } from './sourceKind.ts';

// Strict: a property that the local run would not obey must not pass in silence.
const mappingSchema = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.boolean().default(true),
  BatchSize: z.number().default(10),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  Tags: z.unknown().optional(),
});

const targetOf = (functions: readonly LocalFunction[], id: string, wanted: string) => {
  const found = functions.find(({ name, arn }) => wanted === name || wanted === arn);
  if (!found) throw new Error(`${id}: there is no function ${wanted} here`);
  return found;
};

/** An event source mapping of a queue, as a poller. */
export const pollQueue: SourceKind = (
  { physicals, functions, maxGatherMs = Infinity, warn },
  id,
  written,
) => {
  const mapping = readProperties(mappingSchema, id, written, physicals);
  const { EventSourceArn: queueArn } = mapping;
  const settings = {
    queueUrl: queueOf(physicals, id, queueArn),
    queueArn,
    target: targetOf(functions, id, mapping.FunctionName),
    batchSize: mapping.BatchSize,
    windowMs: Math.min(mapping.MaximumBatchingWindowInSeconds * 1_000, maxGatherMs),
    concurrency: mapping.ScalingConfig?.MaximumConcurrency ?? Infinity,
    reportsItems: mapping.FunctionResponseTypes.length > 0,
    warn,
  };
  return mapping.Enabled
    ? [
        (sqs) => {
          const poller = startPoller(sqs, settings);
          return () => poller.stop();
        },
      ]
    : [];
};
