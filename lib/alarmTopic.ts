import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

interface AlarmTopicProps {
  /** A topic that is there already; absent: one is made. */
  readonly topicArn: string | undefined;
  /** Who gets a mail of every alarm. */
  readonly email: string | undefined;
}

/** Where alarms are told. */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { topicArn, email }: AlarmTopicProps) {
    super(scope, id);
    this.topic =
      topicArn === undefined ? this.#made() : Topic.fromTopicArn(this, 'Topic', topicArn);
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
  }

  /**
   * Encrypted with a key of its own: CloudWatch may not use the one that AWS keeps for SNS, and its
   * notifications would be dropped without a word.
   */
  #made(): Topic {
    const { stackName } = Stack.of(this);
    const key = new Key(this, 'Key', {
      description: `Encrypts the alarm topic of ${stackName}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const topic = new Topic(this, 'Topic', {
      topicName: `${stackName}-alarms`,
      displayName: stackName,
      masterKey: key,
      enforceSSL: true,
    });
    key.addToResourcePolicy(this.#fromAlarms(['kms:Decrypt', 'kms:GenerateDataKey*'], '*'));
    topic.addToResourcePolicy(this.#fromAlarms(['sns:Publish'], topic.topicArn));
    return topic;
  }

  /** CloudWatch, on behalf of this stack's alarms and of no others. */
  #fromAlarms(actions: string[], resource: string): PolicyStatement {
    const { account, stackName } = Stack.of(this);
    const alarms = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `${stackName}-*`,
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
