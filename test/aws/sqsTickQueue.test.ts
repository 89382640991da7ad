import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { createTickQueue } from '../../lambdas/aws/sqsTickQueue.ts';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import { tickLimits } from '../../lambdas/limits.ts';
import { createForwardClock } from '../../local/clock.ts';
import { serveSqs } from '../../local/sqs/server.ts';
import { readTicks } from '../../lambdas/sync/readTicks.ts';
import { clientOf, scriptedService } from './scripted.ts';

const serve = async () => {
  const clock = createForwardClock();
  const sqs = await serveSqs({ port: 0, clock });
  const client = new SQSClient(clientOf(sqs.url));
  onTestFinished(async () => {
    client.destroy();
    await sqs.close();
  });
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: 'ticks' }));
  const received = async () => {
    const all: { id: string; body: string }[] = [];
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return all;
      for (const { ReceiptHandle } of Messages)
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      all.push(...Messages.map(({ MessageId = '', Body = '' }) => ({ id: MessageId, body: Body })));
    }
  };
  return { clock, received, queue: createTickQueue({ client, queueUrl: QueueUrl }) };
};

const leads = (count: number): LeadId[] =>
  Array.from({ length: count }, (_, n) => `lead-${n}`.padEnd(43, 'x') as LeadId);

it('a tick comes out as it went in, once its delay is over', async () => {
  const { clock, received, queue } = await serve();
  const [a, b] = leads(2) as [LeadId, LeadId];
  await queue.send([
    { delaySeconds: 0, leads: [a, b] },
    { delaySeconds: 32, visits: true },
  ]);
  const now = readTicks(await received());
  expect([now.leads, now.visits, now.unrecognized]).toEqual([new Set([a, b]), false, 0]);
  clock.advance(20_000);
  expect(await received()).toEqual([]);
  clock.advance(12_000);
  const later = await received();
  expect(later.map(({ body }) => body)).toEqual(['{"visits":true}']);
  expect(readTicks(later).visits).toBe(true);
});

it('more ticks than a request takes, as full as they may be, all arrive', async () => {
  const { received, queue } = await serve();
  const names = leads(tickLimits.leads);
  await queue.send(Array.from({ length: 25 }, () => ({ delaySeconds: 0, leads: names })));
  const records = await received();
  expect(records).toHaveLength(25);
  expect(readTicks(records).leads.size).toBe(names.length);
  await queue.send([]);
  expect(await received()).toEqual([]);
});

it('a tick that SQS does not take is not sent again, and that is said', async () => {
  let requests = 0;
  const url = await scriptedService((input) => {
    requests += 1;
    const { Entries } = input as { Entries: { Id: string; MessageBody: string }[] };
    const [first, ...rest] = Entries;
    return {
      body: {
        Failed: [{ Id: first?.Id, Code: 'InternalError', SenderFault: false }],
        Successful: rest.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: Id,
          MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
        })),
      },
    };
  });
  const client = new SQSClient(clientOf(url));
  onTestFinished(() => {
    client.destroy();
  });
  const queue = createTickQueue({ client, queueUrl: url });
  await expect(queue.send([{ delaySeconds: 0 }, { delaySeconds: 1 }])).rejects.toThrow(
    'SQS did not take a tick: InternalError',
  );
  expect(requests).toBe(1);
});
