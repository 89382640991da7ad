import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeNist, inlinePolicy, lambda } from './acknowledge.ts';
import type { FunctionName } from '../lambdas/settings.ts';
import type { Mapping } from '../lambdas/marketo/mapping/mapping.ts';
import { codeWith } from './bundle.ts';
import type { DestinationContext, SyncNetwork } from './context.ts';
import { logGroup } from './logs.ts';

/** Actions on named resources; never a wildcard. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What a function in a VPC does to its network interfaces: actions without resources to name. */
const useNetwork: Grant = {
  actions: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
};

interface PipelineFunctionProps {
  readonly context: DestinationContext;
  readonly bundle: FunctionName;
  readonly handler: string;
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  /** Goes along with the code; absent: the function has no use for it. */
  readonly mapping?: Mapping;
  /** It sends itself messages by design. */
  readonly goesRound?: boolean;
  /** Absent: it runs in no VPC. */
  readonly network?: SyncNetwork | undefined;
}

/** One Lambda function with its log group and a role that holds only what it uses. */
export class PipelineFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id);
    const { context, network } = props;
    this.logs = logGroup(this, 'Logs', context);
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
      statements: [logging, ...props.grants, ...(network ? [useNetwork] : [])].map(
        ({ actions, resources }) =>
          new PolicyStatement({ actions: [...actions], resources: [...resources] }),
      ),
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: codeWith(this, join(context.assets, props.bundle), props.mapping),
      handler: props.handler,
      description: props.description,
      memorySize: props.memoryMegabytes,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment, STACK_NAME: context.name },
      role,
      logGroup: this.logs,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      recursiveLoop: props.goesRound === true ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      ...(network && {
        vpc: network.vpc,
        ...(network.subnets && { vpcSubnets: network.subnets }),
        ...(network.securityGroups && { securityGroups: [...network.securityGroups] }),
      }),
    });
    this.lambda.node.addDependency(own);
    acknowledgeNist(this, { ...inlinePolicy, ...lambda });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'xray:PutTraceSegments, xray:PutTelemetryRecords and, in a VPC, the actions on network interfaces have no resources to name; a test holds that nothing else has a wildcard.',
    });
  }
}
