import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { createBacklog } from '../../lambdas/aws/backlog.ts';
import { crowdingLimits } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { clientOf, scriptedService } from './scripted.ts';

const backlogOf = async (reply: () => object | undefined) => {
  let asked = 0;
  const url = await scriptedService(() => {
    asked += 1;
    const body = reply();
    return body && { body };
  });
  const client = new SQSClient(clientOf(url));
  onTestFinished(() => {
    client.destroy();
  });
  let now = 1_772_366_400_000;
  const backlog = createBacklog({ client, queueUrl: url, clock: { now: () => epochMs(now) } });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { backlog, pass, asked: () => asked };
};

const attributes = (visible: string, hidden: string) => ({
  Attributes: {
    ApproximateNumberOfMessages: visible,
    ApproximateNumberOfMessagesNotVisible: hidden,
  },
});

it('a backlog is what waits and what is in flight, and is believed for ten seconds', async () => {
  let waiting = 60_000;
  const { backlog, pass, asked } = await backlogOf(() => attributes(String(waiting), '40'));
  expect(await Promise.all([backlog(), backlog()])).toEqual([60_040, 60_040]);
  waiting = 0;
  pass(crowdingLimits.backlogBelievedMs - 1);
  expect([await backlog(), asked()]).toEqual([60_040, 1]);
  pass(1);
  expect([await backlog(), asked()]).toEqual([40, 2]);
});

it.each([
  ['cannot be reached', () => undefined],
  ['says nothing of it', () => ({})],
])('a backlog is unknown where SQS %s, and that is no error', async (_, reply) => {
  const { backlog } = await backlogOf(reply);
  expect(await backlog()).toBeUndefined();
});
