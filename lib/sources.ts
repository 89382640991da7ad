import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';
import { absorbTiming, syncTiming, tickTiming } from '../lambdas/limits.ts';

interface SourcesProps {
  readonly functions: Functions;
  readonly queues: Queues;
}

/** What invokes absorb and sync: their queues, with partial batch responses, and the scheduled tick. */
export class Sources extends Construct {
  constructor(scope: Construct, id: string, { functions, queues }: SourcesProps) {
    super(scope, id);
    const { absorb, sync } = functions;
    absorb.lambda.addEventSourceMapping('Events', {
      eventSourceArn: queues.events.queueArn,
      batchSize: absorbTiming.batchSize,
      maxConcurrency: absorbTiming.maximumConcurrency,
      reportBatchItemFailures: true,
    });
    sync.lambda.addEventSourceMapping('Due', {
      eventSourceArn: queues.ticks.queueArn,
      batchSize: syncTiming.batchSize,
      maxConcurrency: syncTiming.maximumConcurrency,
      reportBatchItemFailures: true,
    });
    // Through the queue, so that no more calls are under way than the mapping allows, and nothing waits
    // for hours in Lambda's own asynchronous queue.
    new Rule(this, 'ScheduledTick', {
      description: 'Looks once a minute at what is due, whether or not other ticks came',
      schedule: Schedule.rate(Duration.minutes(tickTiming.everyMinutes)),
      targets: [
        new SqsQueue(queues.ticks, { message: RuleTargetInput.fromObject({ scheduled: true }) }),
      ],
    });
  }
}
