import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { readProperties } from '../readProperties.ts';
import type { LocalFunction } from '../functions/function.ts';
import { resourcesOf, type Physicals, type Template } from '../template.ts';
import { startPoller, type MappingSettings } from './poller.ts';
import { rateMs, startSchedule, type ScheduleSettings } from './schedule.ts';

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

const ruleSchema = z.strictObject({
  ScheduleExpression: z.string(),
  Description: z.string().optional(),
  Name: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(z.strictObject({ Arn: z.string(), Id: z.string(), Input: z.string() })),
});

const targetOf = (functions: readonly LocalFunction[], id: string, wanted: string) => {
  const found = functions.find(({ name, arn }) => wanted === name || wanted === arn);
  if (!found) throw new Error(`${id}: there is no function ${wanted} here`);
  return found;
};

interface Connections {
  readonly template: Template;
  readonly physicals: Physicals;
  readonly functions: readonly LocalFunction[];
  /** The longest that batches are gathered for, whatever the mappings say; absent: as they say. */
  readonly maxGatherMs?: number | undefined;
  readonly warn: (message: string) => void;
}

/** The template's event source mappings, by what they poll and whom they invoke. */
const mappingsOf = (connections: Connections): MappingSettings[] => {
  const { template, physicals, functions, maxGatherMs: maxGatherMs = Infinity, warn } = connections;
  return resourcesOf(template, 'AWS::Lambda::EventSourceMapping').flatMap(([id, written]) => {
    const mapping = readProperties(mappingSchema, id, written, physicals);
    const { EventSourceArn: queueArn } = mapping;
    const settings: MappingSettings = {
      queueUrl: queueOf(physicals, id, queueArn),
      queueArn,
      target: targetOf(functions, id, mapping.FunctionName),
      batchSize: mapping.BatchSize,
      windowMs: Math.min(mapping.MaximumBatchingWindowInSeconds * 1_000, maxGatherMs),
      concurrency: mapping.ScalingConfig?.MaximumConcurrency ?? Infinity,
      reportsItems: mapping.FunctionResponseTypes.length > 0,
      warn,
    };
    return mapping.Enabled ? [settings] : [];
  });
};

const queueOf = (physicals: Physicals, id: string, arn: string): string => {
  const queue = [...physicals.values()].find(({ attributes }) => attributes['Arn'] === arn);
  if (queue && arn.startsWith('arn:aws:sqs:')) return queue.ref;
  throw new Error(`${id}: the local run knows queues of this stack, not ${arn}`);
};

const schedulesOf = ({ template, physicals, warn }: Connections): ScheduleSettings[] =>
  resourcesOf(template, 'AWS::Events::Rule').flatMap(([id, written]) => {
    const rule = readProperties(ruleSchema, id, written, physicals);
    if (rule.State === 'DISABLED') return [];
    return rule.Targets.map(({ Arn, Input }) => ({
      everyMs: rateMs(rule.ScheduleExpression),
      body: Input,
      queueUrl: queueOf(physicals, id, Arn),
      warn,
    }));
  });

/**
 * Starts what invokes the functions: a poller for each event source mapping, a timer for each
 * schedule. Returns what stops them; it resolves when no batch is at work any more.
 * @throws for a mapping or rule with properties that the local run does not obey
 */
export const connectSources = (connections: Connections, sqs: SQSClient): (() => Promise<void>) => {
  const mappings = mappingsOf(connections);
  const schedules = schedulesOf(connections);
  const pollers = mappings.map((mapping) => startPoller(sqs, mapping));
  const stops = schedules.map((schedule) => startSchedule(sqs, schedule));
  return async () => {
    stops.forEach((stop) => {
      stop();
    });
    await Promise.all(pollers.map((poller) => poller.stop()));
  };
};
