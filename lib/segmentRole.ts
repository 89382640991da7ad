import { ArnPrincipal, Policy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Settings } from '../lambdas/settings.ts';
import { acknowledgeNist, inlinePolicy } from './acknowledge.ts';
import type { PipelineFunction } from './function.ts';

interface SegmentRoleProps {
  readonly principalArn: string;
  /** At least one; Segment names one of them whenever it assumes the role. */
  readonly externalIds: Settings['lambdaDestination']['externalIds'];
  readonly ingest: PipelineFunction;
}

/**
 * The role that Segment's AWS Lambda destination assumes to invoke ingest, and nothing else. The
 * external ids keep other customers of Segment, whom the same account acts for, from using it.
 */
export class SegmentRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: SegmentRoleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Lets the AWS Lambda destination of Segment invoke ingest',
      assumedBy: new ArnPrincipal(props.principalArn).withConditions({
        StringEquals: { 'sts:ExternalId': [...props.externalIds] },
      }),
    });
    new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [props.ingest.lambda.functionArn],
        }),
      ],
    });
    acknowledgeNist(this, inlinePolicy);
    this.roleArn = role.roleArn;
  }
}
