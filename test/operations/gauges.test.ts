import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { serveSqs } from '../../local/sqs/server.ts';
import { createGauges } from '../../operations/gauges.ts';
import { clientOf } from '../aws/scripted.ts';

it('a queue shows what waits, what is delayed and what is in flight', async () => {
  const sqs = await serveSqs({ port: 0 });
  const client = new SQSClient(clientOf(sqs.url));
  onTestFinished(async () => {
    client.destroy();
    await sqs.close();
  });
  const make = async (QueueName: string): Promise<string> =>
    (await client.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const urls = {
    events: await make('events'),
    ticks: await make('ticks'),
    deadEvents: await make('d'),
  };
  const send = (DelaySeconds: number) =>
    client.send(new SendMessageCommand({ QueueUrl: urls.ticks, MessageBody: '{}', DelaySeconds }));
  for (const delay of [0, 0, 0, 60, 60]) await send(delay);
  await client.send(new ReceiveMessageCommand({ QueueUrl: urls.ticks, MaxNumberOfMessages: 1 }));
  const nothing = { waiting: 0, delayed: 0, inFlight: 0 };
  expect(await createGauges(client, urls)()).toEqual({
    events: nothing,
    ticks: { waiting: 2, delayed: 2, inFlight: 1 },
    deadEvents: nothing,
  });
});
