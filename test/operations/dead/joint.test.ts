import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTickQueue } from '../../../lambdas/aws/sqsTickQueue.ts';
import { digestOf, leadIdOf } from '../../../lambdas/digest.ts';
import { emptyMailbox } from '../../../lambdas/lead/mailbox.ts';
import type { DeadLetter, Mailbox } from '../../../lambdas/lead/leadTypes.ts';
import { leadLimits, leadTiming } from '../../../lambdas/limits.ts';
import { serveSqs } from '../../../local/sqs/server.ts';
import { createDead } from '../../../operations/dead/dead.ts';
import { createDeadEvents } from '../../../operations/dead/events.ts';
import { createDeadLetterStore } from '../../../operations/dead/deadLetterStore.ts';
import { clientOf } from '../../aws/scripted.ts';
import { at, order } from '../../support/mailboxes.ts';
import { serveLeads, tableName } from '../../aws/leadsOnDynamo.ts';

let leads: Awaited<ReturnType<typeof serveLeads>>;
let queues: Awaited<ReturnType<typeof serveSqs>>;
let sqs: SQSClient;
beforeAll(async () => {
  [leads, queues] = await Promise.all([serveLeads(), serveSqs({ port: 0 })]);
  sqs = new SQSClient(clientOf(queues.url));
});
afterAll(async () => {
  sqs.destroy();
  await Promise.all([leads.close(), queues.close()]);
});

it('dead letters go back over the real clients: a value to its mailbox, an event to its queue', async () => {
  const create = async (QueueName: string, Attributes = {}): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const fifo = { FifoQueue: 'true' };
  const eventsUrl = await create('events.fifo', fifo);
  const deadUrl = await create('dead.fifo', fifo);
  const tickUrl = await create('ticks');
  const bodies = async (QueueUrl: string) => {
    const answer = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return (answer.Messages ?? []).map(({ Body }) => Body);
  };
  const { client, table } = leads;
  const dead = createDead({
    letters: createDeadLetterStore({ client, tableName }),
    events: createDeadEvents({ client: sqs, eventsUrl, deadUrl }),
    table,
    tickQueue: createTickQueue({ client: sqs, queueUrl: tickUrl }),
    clock: { now: () => at(60) },
    logger: {
      delivery: () => undefined,
      call: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
    timing: leadTiming,
    limits: leadLimits,
    holdMs: 3_600_000,
    resendUnchangedAfterMs: 86_400_000,
    emailChange: 'rename' as const,
  });

  const lead = leadIdOf('jane@example.com');
  const because = 'Marketo refused it';
  const letter: DeadLetter = {
    because,
    lead,
    activities: [{ order: order(1), typeId: 7, at: at(1), primary: 'p', attributes: {} }],
    fields: [{ name: 'Plan', value: 'pro', order: order(1) }],
  };
  const aside: Mailbox = {
    ...emptyMailbox('jane@example.com', order(0)),
    fields: { Plan: { order: order(1), aside: { because, digest: digestOf('pro') } } },
  };
  // It was described a while ago, so nothing has to be asked first.
  const fields = { askedAt: at(-600) };
  await table.write('fields', { version: 1, state: fields }, undefined);
  await table.write(`lead#${lead}`, { version: 1, state: aside }, undefined);
  await table.putDeadLetter(`${lead}#call#0`, letter, at(5));
  await table.putDeadLetter(`${lead}#call#1`, { because, lead, fields: [] }, at(6));
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: deadUrl,
      MessageBody: 'one',
      MessageGroupId: 'a',
      MessageDeduplicationId: '1',
    }),
  );

  const { dead: all } = await dead.dead();
  const [event, empty, value] = all.map(({ id }) => id);
  expect([empty, value]).toEqual([`lead:${lead}#call#1`, `lead:${lead}#call#0`]);
  expect(await dead.drop([empty ?? ''])).toMatchObject([{ outcome: 'dropped' }]);
  expect(await dead.resend([value ?? '', event ?? ''])).toEqual([
    { id: value, outcome: 'resent' },
    { id: event, outcome: 'resent' },
  ]);
  const stored = (await table.read([`lead#${lead}`])).get(`lead#${lead}`)?.state as Mailbox;
  expect(stored.fields).toEqual({ Plan: { order: order(1), value: 'pro' } });
  expect(Object.values(stored.activities?.pending ?? {})).toEqual(letter.activities);
  expect(await bodies(tickUrl)).toEqual([JSON.stringify({ leads: [lead] })]);
  expect(await bodies(eventsUrl)).toEqual(['one']);
  expect((await dead.dead()).dead).toEqual([]);
  expect(await dead.count(10)).toEqual({ count: 0, isAll: true });
});
