import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../../local/sqs/clock.ts';
import { serveSqs } from '../../../local/sqs/server.ts';
import { createDeadEvents } from '../../../operations/dead/events.ts';
import { noon } from '../../support/mailboxes.ts';
import { clientOf } from '../../aws/scripted.ts';

const fifo = {
  FifoQueue: 'true',
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
};

/** The queues of events on the twin, through the real SDK. A long poll ends when its time is up. */
const queues = async () => {
  const clock = new ManualClock(noon);
  const served = await serveSqs({ port: 0, clock });
  const client = new SQSClient(clientOf(served.url));
  const ticking = setInterval(() => {
    if (clock.alarms.length > 0) clock.advance(1_000);
  }, 2);
  onTestFinished(async () => {
    clearInterval(ticking);
    client.destroy();
    await served.close();
  });
  const create = async (QueueName: string): Promise<string> =>
    (await client.send(new CreateQueueCommand({ QueueName, Attributes: fifo }))).QueueUrl ?? '';
  const [eventsUrl, deadUrl] = [await create('events.fifo'), await create('dead.fifo')];
  let sent = 0;
  return {
    clock,
    client,
    eventsUrl,
    deadUrl,
    events: createDeadEvents({ client, eventsUrl, deadUrl }),
    bury: async (group: string, body: string): Promise<string> => {
      const answer = await client.send(
        new SendMessageCommand({
          QueueUrl: deadUrl,
          MessageBody: body,
          MessageGroupId: group,
          MessageDeduplicationId: String((sent += 1)),
        }),
      );
      return answer.MessageId ?? '';
    },
    receive: async (QueueUrl: string): Promise<readonly Message[]> => {
      const answer = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['MessageGroupId'],
        }),
      );
      return answer.Messages ?? [];
    },
  };
};

const bodies = (all: readonly { readonly body: string }[]) => all.map(({ body }) => body);

it('dead events are listed with when they were given up, and are there for others at once', async () => {
  const { events, bury: putDeadLetter } = await queues();
  await putDeadLetter('a', 'one');
  await putDeadLetter('b', 'two');
  expect(bodies((await events.look()).events).sort()).toEqual(['one', 'two']);
  const again = await events.look();
  expect(bodies(again.events).sort()).toEqual(['one', 'two']);
  expect(again).toMatchObject({ events: [{ at: noon }, { at: noon }], hidden: 0 });
});

it('dropped look by look, however many of one group are gone in the end', async () => {
  const { events, bury: putDeadLetter } = await queues();
  for (let n = 0; n < 30; n += 1) await putDeadLetter('a', `a${n}`);
  for (const hidden of [20, 10, 0]) {
    const look = await events.look();
    expect([look.events.length, look.hidden]).toEqual([10, hidden]);
    await events.drop(look.events.map(({ id }) => id));
  }
  expect(await events.look()).toEqual({ events: [], hidden: 0 });
});

it('an empty dead-letter queue is seen to be empty without waiting', async () => {
  const { events, clock } = await queues();
  expect(await events.look()).toEqual({ events: [], hidden: 0 });
  expect(clock.now()).toBe(noon);
});

it('of one group the first ten are listed, and all of many groups, and the others are told of', async () => {
  const { events, bury: putDeadLetter } = await queues();
  for (let n = 0; n < 12; n += 1) await putDeadLetter('a', `a${n}`);
  for (let n = 0; n < 25; n += 1) await putDeadLetter(`g${n}`, `b${n}`);
  const { events: looked, hidden } = await events.look();
  expect(hidden).toBe(2);
  const seen = bodies(looked);
  expect(seen.filter((body) => body.startsWith('a'))).toEqual(
    Array.from({ length: 10 }, (_, n) => `a${n}`),
  );
  expect(seen).toHaveLength(35);
});

it('what somebody else looks at is not seen, and shows itself when they died', async () => {
  const { events, bury: putDeadLetter, receive, deadUrl, clock } = await queues();
  const id = await putDeadLetter('a', 'one');
  await receive(deadUrl);
  expect(await events.look()).toEqual({ events: [], hidden: 1 });
  expect(await events.resend([id])).toEqual(new Map([[id, { kind: 'missing', isAll: false }]]));
  clock.advance(60_000);
  expect(bodies((await events.look()).events)).toEqual(['one']);
});

it('a resent event is on its queue with its body and group, and gone from the dead ones', async () => {
  const { events, bury: putDeadLetter, receive, eventsUrl } = await queues();
  const id = await putDeadLetter('a', 'one');
  await putDeadLetter('a', 'two');
  await putDeadLetter('b', 'three');
  const fates = await events.resend([id]);
  expect(fates.get(id)).toMatchObject({ kind: 'done', event: { body: 'one' } });
  expect(await receive(eventsUrl)).toMatchObject([
    { Body: 'one', Attributes: { MessageGroupId: 'a' } },
  ]);
  expect(bodies((await events.look()).events).sort()).toEqual(['three', 'two']);
});

it('events of one group go back in their order', async () => {
  const { events, bury: putDeadLetter, receive, eventsUrl } = await queues();
  const ids: string[] = [];
  for (let n = 0; n < 15; n += 1) ids.push(await putDeadLetter('a', `a${n}`));
  await events.resend(ids.toReversed());
  const received = await receive(eventsUrl);
  expect(received.map(({ Body }) => Body)).toEqual(Array.from({ length: 10 }, (_, n) => `a${n}`));
  expect(await events.look()).toEqual({ events: [], hidden: 0 });
});

it('an event arrives although the same event was sent just now', async () => {
  const { events, bury: putDeadLetter, receive, client, eventsUrl } = await queues();
  const id = await putDeadLetter('a', 'one');
  await client.send(
    new SendMessageCommand({
      QueueUrl: eventsUrl,
      MessageBody: 'one',
      MessageGroupId: 'a',
      MessageDeduplicationId: '1',
    }),
  );
  await events.resend([id]);
  expect(await receive(eventsUrl)).toHaveLength(2);
});

it('whoever dies between sending and removing sends it no second time', async () => {
  const { events, bury: putDeadLetter, receive, client, eventsUrl, deadUrl } = await queues();
  const id = await putDeadLetter('a', 'one');
  let isDead = true;
  client.middlewareStack.add(
    (next) => (given) => {
      if (isDead && 'ReceiptHandle' in given.input) return Promise.reject(new Error('cut off'));
      return next(given);
    },
    { step: 'initialize' },
  );
  expect((await events.resend([id])).get(id)).toMatchObject({
    because: 'it could not be taken off the dead-letter queue: drop it there',
  });
  isDead = false;
  expect((await events.drop([id])).get(id)).toMatchObject({ kind: 'missing', isAll: false });
  const [hidden] = await receive(deadUrl);
  expect(hidden).toBeUndefined();
  expect(await receive(eventsUrl)).toHaveLength(1);
});

it('two who resend the same event at the same time send one', async () => {
  const { events, bury: putDeadLetter, receive, eventsUrl } = await queues();
  const id = await putDeadLetter('a', 'one');
  const fates = await Promise.all([events.resend([id]), events.resend([id])]);
  expect(fates.map((all) => all.get(id)?.kind).sort()).toEqual(['done', 'missing']);
  expect(await receive(eventsUrl)).toHaveLength(1);
});

it('dropped events are gone, and what is not there is said to be so', async () => {
  const { events, bury: putDeadLetter, receive, eventsUrl } = await queues();
  const id = await putDeadLetter('a', 'one');
  await putDeadLetter('a', 'two');
  expect((await events.drop([id])).get(id)).toMatchObject({ kind: 'done' });
  expect((await events.drop([id])).get(id)).toEqual({ kind: 'missing', isAll: true });
  expect(bodies((await events.look()).events)).toEqual(['two']);
  expect(await receive(eventsUrl)).toEqual([]);
});

/** SQS's counts are those of before, for so many answers. */
const lateCounts = (client: SQSClient, answers: number): void => {
  let late = answers;
  client.middlewareStack.add(
    (next, context) => async (given) => {
      const answer = await next(given);
      if (context.commandName === 'GetQueueAttributesCommand' && (late -= 1) >= 0)
        (answer.output as { Attributes?: object }).Attributes = {};
      return answer;
    },
    { step: 'initialize' },
  );
};

it('what somebody else hides is not said to be gone where the count is late', async () => {
  const { events, bury: putDeadLetter, receive, client, deadUrl } = await queues();
  const id = await putDeadLetter('a', 'one');
  await receive(deadUrl);
  lateCounts(client, 1);
  expect((await events.drop([id])).get(id)).toEqual({ kind: 'missing', isAll: false });
});

it('what shows itself to the second look is dealt with', async () => {
  const {
    events,
    bury: putDeadLetter,
    receive,
    client,
    deadUrl,
    clock,
    eventsUrl,
  } = await queues();
  const id = await putDeadLetter('a', 'one');
  await receive(deadUrl);
  lateCounts(client, 1);
  client.middlewareStack.add(
    (next, context) => async (given) => {
      const answer = await next(given);
      if (context.commandName === 'GetQueueAttributesCommand') clock.advance(60_000);
      return answer;
    },
    { step: 'initialize' },
  );
  expect((await events.resend([id])).get(id)).toMatchObject({ kind: 'done' });
  expect(await receive(eventsUrl)).toHaveLength(1);
});

it('what the queue refuses is told by the name of its error and stays', async () => {
  const { events, bury: putDeadLetter, client } = await queues();
  const id = await putDeadLetter('a', 'one');
  client.middlewareStack.add(
    (next, context) => (given) => {
      if (context.commandName !== 'SendMessageCommand') return next(given);
      const refusal = new Error('one: no such thing');
      refusal.name = 'AccessDenied';
      return Promise.reject(refusal);
    },
    { step: 'initialize' },
  );
  expect((await events.resend([id])).get(id)).toEqual({ kind: 'failed', because: 'AccessDenied' });
  expect(bodies((await events.look()).events)).toEqual(['one']);
});

it('to resend nothing asks nothing', async () => {
  const { client, eventsUrl, deadUrl } = await queues();
  client.middlewareStack.add(() => () => Promise.reject(new Error('asked')), {
    step: 'initialize',
  });
  const events = createDeadEvents({ client, eventsUrl, deadUrl });
  expect([await events.resend([]), await events.drop([])]).toEqual([new Map(), new Map()]);
});
