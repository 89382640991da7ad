import { Duration, Validations } from 'aws-cdk-lib';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { queueTiming } from '../lambdas/limits.ts';
import type { DestinationContext } from './context.ts';

const fifo = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
} as const satisfies QueueProps;

const safe = {
  enforceSSL: true,
  retentionPeriod: Duration.seconds(queueTiming.retentionSeconds),
} as const satisfies QueueProps;

/** `events.fifo` (group = lead) with its dead-letter queue, and the tick queue. */
export class Queues extends Construct {
  readonly events: Queue;
  readonly eventsDead: Queue;
  readonly ticks: Queue;

  constructor(scope: Construct, id: string, { name, keys, dataRemoval }: DestinationContext) {
    super(scope, id);
    const kept = {
      ...safe,
      removalPolicy: dataRemoval,
      ...(keys.queues
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: keys.queues }
        : { encryption: QueueEncryption.SQS_MANAGED }),
    } as const satisfies QueueProps;
    this.eventsDead = new Queue(this, 'EventsDead', {
      ...kept,
      ...fifo,
      queueName: `${name}-events-dead.fifo`,
    });
    this.events = new Queue(this, 'Events', {
      ...kept,
      ...fifo,
      queueName: `${name}-events.fifo`,
      visibilityTimeout: Duration.seconds(queueTiming.eventsVisibilitySeconds),
      deadLetterQueue: {
        queue: this.eventsDead,
        maxReceiveCount: queueTiming.eventsMaxReceiveCount,
      },
    });
    // Named as in version 0.1: a new name would delete the queue with the visits that wait in it.
    this.ticks = new Queue(this, 'Due', {
      ...kept,
      queueName: `${name}-due`,
      visibilityTimeout: Duration.seconds(queueTiming.ticksVisibilitySeconds),
    });
    Validations.of(this.ticks).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'A tick is a hint to look at the leads table, which says what is due; nothing depends on one, and the scheduled tick comes every minute.',
    });
  }
}
