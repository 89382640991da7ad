import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/settings.ts';
import { unknownResources, withoutDeployment } from '../../local/inventory.ts';
import { exampleSettings, ofType, only, templateOf } from './support.ts';

const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ops';
const own = templateOf(exampleSettings({ ALARM_EMAIL: 'ops@example.com' }));

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Principal: unknown;
  readonly Condition?: unknown;
}

const fromAlarms = {
  StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
  ArnLike: {
    'aws:SourceArn': {
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':cloudwatch:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          ':alarm:marketo-destination-*',
        ],
      ],
    },
  },
};

describe('the stack’s own alarm topic', () => {
  const topic = only(own, 'AWS::SNS::Topic', 'AlarmTopic');
  const key = only(own, 'AWS::KMS::Key', 'AlarmTopic');

  it('is what every alarm tells, and the outputs name it', () => {
    for (const [, { Properties }] of ofType(own, 'AWS::CloudWatch::Alarm'))
      expect((Properties as { AlarmActions: unknown }).AlarmActions).toEqual([{ Ref: topic.id }]);
    expect(own.Outputs['AlarmTopicArn']?.Value).toEqual({ Ref: topic.id });
  });

  it('is encrypted with a key that this stack’s alarms may use', () => {
    expect(topic.Properties).toMatchObject({
      KmsMasterKeyId: { 'Fn::GetAtt': [key.id, 'Arn'] },
    });
    const { KeyPolicy, EnableKeyRotation } = key.Properties as {
      KeyPolicy: { Statement: Statement[] };
      EnableKeyRotation: boolean;
    };
    expect(EnableKeyRotation).toBe(true);
    expect(KeyPolicy.Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Resource: '*',
      Condition: fromAlarms,
    });
    // It holds nothing that must outlive the stack.
    expect(key.DeletionPolicy).toBe('Delete');
  });

  it('lets CloudWatch publish for them, and nobody without TLS', () => {
    const { PolicyDocument } = only(own, 'AWS::SNS::TopicPolicy').Properties as {
      PolicyDocument: { Statement: Statement[] };
    };
    const allowed = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toMatchObject([
      {
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: fromAlarms,
      },
    ]);
    const denied = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Deny');
    expect(denied).toMatchObject([{ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }]);
  });

  it('mails to the address of the settings', () => {
    expect(only(own, 'AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
      TopicArn: { Ref: topic.id },
    });
  });

  it('has no part in the local run', () => {
    expect(unknownResources(withoutDeployment(own))).toEqual([]);
  });
});

describe('a topic that is there already', () => {
  const given = templateOf(exampleSettings({ ALARM_TOPIC_ARN: topicArn, ALARM_EMAIL: 'a@b.ch' }));

  it('takes the place of the stack’s own, and of its key', () => {
    expect(ofType(given, 'AWS::SNS::Topic')).toEqual([]);
    expect(ofType(given, 'AWS::KMS::Key')).toEqual([]);
    expect(given.Outputs['AlarmTopicArn']?.Value).toBe(topicArn);
  });

  it('gets the subscription of the settings', () => {
    expect(only(given, 'AWS::SNS::Subscription').Properties).toMatchObject({
      Endpoint: 'a@b.ch',
      TopicArn: topicArn,
    });
  });
});

it('an address that is none stops the deployment, by name', () => {
  expect(() => exampleSettings({ ALARM_EMAIL: 'ops' })).toThrow(SettingsError);
  expect(() => exampleSettings({ ALARM_EMAIL: 'ops' })).toThrow(/alarmEmail.*ALARM_EMAIL/);
});
