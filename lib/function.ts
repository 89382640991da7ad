import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../lambdas/settings.ts';
import { logRetention } from './logRetention.ts';

/** Actions on named resources; never a wildcard. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

interface PipelineFunctionProps {
  /** Folder of all bundles. */
  readonly assets: string;
  readonly bundle: 'ingest' | 'worker' | 'hash';
  readonly handler: string;
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  readonly logDays: Settings['logDays'];
  /** It sends itself messages by design. */
  readonly goesRound?: boolean;
}

/** One Lambda function with its log group and a role that holds only what it uses. */
export class PipelineFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id);
    this.logs = new LogGroup(this, 'Logs', {
      retention: logRetention[props.logDays],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${id.toLowerCase()} may do`,
    });
    const logging = {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [this.logs.logGroupArn],
    };
    const own = new Policy(this, 'Policy', {
      roles: [role],
      statements: [logging, ...props.grants].map(
        ({ actions, resources }) =>
          new PolicyStatement({ actions: [...actions], resources: [...resources] }),
      ),
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.assets, props.bundle), { exclude: ['*.map'] }),
      handler: props.handler,
      description: props.description,
      memorySize: props.memoryMegabytes,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment, STACK_NAME: Stack.of(this).stackName },
      role,
      logGroup: this.logs,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      recursiveLoop: props.goesRound === true ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
    });
    this.lambda.node.addDependency(own);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'xray:PutTraceSegments and xray:PutTelemetryRecords have no resources to name; a test holds that nothing else has a wildcard.',
    });
  }
}
