import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledgeNist } from './acknowledge.ts';
import type { DestinationContext } from './context.ts';

type LogContext = Pick<DestinationContext, 'keys' | 'logRetention'>;

/** A log group of the destination. It goes with the stack. */
export const logGroup = (
  scope: Construct,
  id: string,
  { keys, logRetention }: LogContext,
): LogGroup => {
  const group = new LogGroup(scope, id, {
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(keys.logs && { encryptionKey: keys.logs }),
  });
  acknowledgeNist(group, {
    CloudWatchLogGroupEncrypted:
      'CloudWatch encrypts it with a key of its own, and no personal data gets into a log. `encryptionKeys.logs` gives it another key.',
    CloudWatchLogGroupRetentionPeriod:
      'logDays or logRetention may say that logs are kept for ever.',
  });
  return group;
};

/**
 * Lets CloudWatch Logs use the key for the log groups of this account and region. It names no single
 * group: the groups refer to the key, so the key cannot refer to them. Does nothing for a key that
 * another app made, whose policy must say so itself.
 */
export const allowLogs = (scope: Construct, key: IKey): void => {
  const { region } = Stack.of(scope);
  const groups = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: [
        'kms:Encrypt*',
        'kms:Decrypt*',
        'kms:ReEncrypt*',
        'kms:GenerateDataKey*',
        'kms:Describe*',
      ],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }),
    true,
  );
};
