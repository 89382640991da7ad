import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';
import { absorbTiming, sweepTiming, syncTiming } from '../lambdas/limits.ts';

interface SourcesProps {
  readonly functions: Functions;
  readonly queues: Queues;
}

/** What invokes the worker: the two queues, with partial batch responses, and the sweep. */
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
      eventSourceArn: queues.due.queueArn,
      batchSize: syncTiming.batchSize,
      maxBatchingWindow: Duration.seconds(syncTiming.batchWindowSeconds),
      maxConcurrency: syncTiming.maximumConcurrency,
      reportBatchItemFailures: true,
    });
    new Rule(this, 'Sweep', {
      description: 'Wakes leads whose due message was lost, and ends holds',
      schedule: Schedule.rate(Duration.minutes(sweepTiming.everyMinutes)),
      targets: [
        new LambdaFunction(sync.lambda, { event: RuleTargetInput.fromObject({ sweep: true }) }),
      ],
    });
  }
}
