import * as z from 'zod';
import { readProperties } from '../readProperties.ts';
import { rateMs, startSchedule } from './schedule.ts';
import { queueOf, type SourceKind } from './sourceKind.ts';

const ruleSchema = z.strictObject({
  ScheduleExpression: z.string(),
  Description: z.string().optional(),
  Name: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(z.strictObject({ Arn: z.string(), Id: z.string(), Input: z.string() })),
});

/** A scheduled rule of EventBridge, as a timer that sends its message to a queue. */
export const sendOnSchedule: SourceKind = ({ physicals, warn }, id, written) => {
  const rule = readProperties(ruleSchema, id, written, physicals);
  if (rule.State === 'DISABLED') return [];
  const everyMs = rateMs(rule.ScheduleExpression);
  return rule.Targets.map(({ Arn, Input: body }) => {
    const settings = { everyMs, body, queueUrl: queueOf(physicals, id, Arn), warn };
    return (sqs) => startSchedule(sqs, settings);
  });
};
