import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { DestinationContext } from './context.ts';

interface AlarmTopicProps {
  readonly context: DestinationContext;
  /** A topic that is there already; absent: that of the settings, or one is created. */
  readonly existing: ITopic | undefined;
}

/** Where alarms are told. */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;
  readonly #context: DestinationContext;

  constructor(scope: Construct, id: string, { context, existing }: AlarmTopicProps) {
    super(scope, id);
    this.#context = context;
    const { alarmTopicArn: arn, alarmEmail: email } = context.settings;
    this.topic =
      existing ?? (arn === undefined ? this.#made() : Topic.fromTopicArn(this, 'Topic', arn));
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
  }

  /**
   * Encrypted with a key of its own: CloudWatch may not use the one that AWS keeps for SNS, and its
   * notifications would be dropped without a word.
   */
  #made(): Topic {
    const { name, keys } = this.#context;
    const key =
      keys.topic ??
      new Key(this, 'Key', {
        description: `Encrypts the alarm topic of ${name}`,
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.DESTROY,
      });
    const topic = new Topic(this, 'Topic', {
      topicName: `${name}-alarms`,
      displayName: name,
      masterKey: key,
      enforceSSL: true,
    });
    key.addToResourcePolicy(this.#fromAlarms(['kms:Decrypt', 'kms:GenerateDataKey*'], '*'));
    topic.addToResourcePolicy(this.#fromAlarms(['sns:Publish'], topic.topicArn));
    return topic;
  }

  /** CloudWatch, on behalf of this destination's alarms and of no others. */
  #fromAlarms(actions: string[], resource: string): PolicyStatement {
    const { account } = Stack.of(this);
    const alarms = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `${this.#context.name}-*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions,
      resources: [resource],
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': alarms },
      },
    });
  }
}
