import { invalidValue, SqsError } from './errors.ts';
import { queueDefaults, sqsLimits } from './limits.ts';

/** Queue attributes as SQS names and spells them: every value is text. */
export type QueueAttributes = Readonly<Record<string, string>>;

interface Redrive {
  readonly targetArn: string;
  readonly maxReceiveCount: number;
}

/** What a queue's attributes mean. */
export interface QueueRules {
  readonly fifo: boolean;
  readonly delaySeconds: number;
  readonly visibilitySeconds: number;
  readonly retentionMs: number;
  readonly maximumBytes: number;
  readonly waitSeconds: number;
  readonly contentDeduplication: boolean;
  readonly deduplicationPerGroup: boolean;
  readonly redrive?: Redrive;
  /** All attributes, defaults included, as `GetQueueAttributes` shows them. */
  readonly shown: QueueAttributes;
}

const flag = ['true', 'false'];

/** The attributes with a choice of values; the first is the default. */
const choices: Readonly<Record<string, readonly string[]>> = {
  ContentBasedDeduplication: ['false', 'true'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

/** The attributes that are whole numbers: least, most, default. */
const numbers: Readonly<Record<string, readonly [least: number, most: number, standard: number]>> =
  {
    DelaySeconds: [0, sqsLimits.delaySeconds, queueDefaults.delaySeconds],
    MaximumMessageSize: [
      sqsLimits.leastMaximumMessageBytes,
      sqsLimits.messageBytes,
      sqsLimits.messageBytes,
    ],
    MessageRetentionPeriod: [
      sqsLimits.leastRetentionSeconds,
      sqsLimits.maxRetentionSeconds,
      queueDefaults.retentionSeconds,
    ],
    ReceiveMessageWaitTimeSeconds: [0, sqsLimits.waitSeconds, queueDefaults.waitSeconds],
    VisibilityTimeout: [0, sqsLimits.visibilitySeconds, queueDefaults.visibilitySeconds],
  };

/** Kept and shown, without effect: who may call and how AWS encrypts has no counterpart here. */
const inert = new Set([
  'Policy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
]);

const invalid = (name: string, because: string): SqsError =>
  new SqsError(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}. Reason: ${because}`,
  );

const wholeNumber = (name: string, text: string, least: number, max: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= max) return value;
  throw invalid(name, `must be a whole number from ${least} to ${max}.`);
};

const parseRedrive = (text: string): Redrive => {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalid('RedrivePolicy', 'is not JSON.');
  }
  const { deadLetterTargetArn, maxReceiveCount } = Object(policy) as Record<string, unknown>;
  if (typeof deadLetterTargetArn !== 'string')
    throw invalid('RedrivePolicy', 'deadLetterTargetArn is missing.');
  const count =
    typeof maxReceiveCount === 'number' || typeof maxReceiveCount === 'string'
      ? String(maxReceiveCount)
      : String(queueDefaults.maxReceiveCount);
  return {
    targetArn: deadLetterTargetArn,
    maxReceiveCount: wholeNumber(
      'RedrivePolicy.maxReceiveCount',
      count,
      1,
      sqsLimits.maxReceiveCount,
    ),
  };
};

const checkName = (queue: string, fifo: boolean): void => {
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(queue.replace(/\.fifo$/, '')) || queue.length > 80)
    throw invalidValue(
      'QueueName',
      'can only include alphanumeric characters, hyphens, or underscores; 1 to 80 in length.',
    );
  if (fifo !== queue.endsWith('.fifo'))
    throw invalidValue(
      'QueueName',
      'the name of a FIFO queue ends with .fifo and needs FifoQueue=true; no other name may.',
    );
};

/**
 * Checks the attributes of a queue and says what they mean. Throws `InvalidAttributeName`,
 * `InvalidAttributeValue` or (for the queue's name) `InvalidParameterValue`.
 */
export const parseAttributes = (queue: string, given: QueueAttributes): QueueRules => {
  const fifo = given['FifoQueue'] === 'true';
  checkName(queue, fifo);
  const shown: Record<string, string> = {};
  for (const [name, text] of Object.entries(given)) {
    const known = name in numbers || inert.has(name) || name === 'RedrivePolicy';
    const fifoOnly = name in choices || name === 'FifoQueue';
    if (!known && !(fifo && fifoOnly))
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    if (inert.has(name)) shown[name] = text;
  }
  const number = (name: string): number => {
    const [least, max, standard] = numbers[name] ?? [0, 0, 0];
    const value = wholeNumber(name, given[name] ?? String(standard), least, max);
    shown[name] = String(value);
    return value;
  };
  const choice = (name: string): string => {
    const allowed = choices[name] ?? flag;
    const value = given[name] ?? allowed[0] ?? '';
    if (!allowed.includes(value)) throw invalid(name, `must be one of ${allowed.join(', ')}.`);
    if (fifo) shown[name] = value;
    return value;
  };
  if (fifo) shown['FifoQueue'] = 'true';
  const deduplicationPerGroup = choice('DeduplicationScope') === 'messageGroup';
  if (choice('FifoThroughputLimit') === 'perMessageGroupId' && !deduplicationPerGroup)
    throw invalid(
      'FifoThroughputLimit',
      'perMessageGroupId needs DeduplicationScope=messageGroup.',
    );
  const rules = {
    fifo,
    delaySeconds: number('DelaySeconds'),
    visibilitySeconds: number('VisibilityTimeout'),
    retentionMs: number('MessageRetentionPeriod') * 1_000,
    maximumBytes: number('MaximumMessageSize'),
    waitSeconds: number('ReceiveMessageWaitTimeSeconds'),
    contentDeduplication: choice('ContentBasedDeduplication') === 'true',
    deduplicationPerGroup,
    shown,
  };
  const policy = given['RedrivePolicy'] ?? '';
  if (policy === '') return rules;
  const redrive = parseRedrive(policy);
  shown['RedrivePolicy'] = JSON.stringify({
    deadLetterTargetArn: redrive.targetArn,
    maxReceiveCount: redrive.maxReceiveCount,
  });
  return { ...rules, redrive };
};
