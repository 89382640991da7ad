import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type {
  Message,
  QueueAttributeName,
  ReceiveMessageCommandInput,
  SendMessageCommandInput,
  SendMessageCommandOutput,
} from '@aws-sdk/client-sqs';
import { test } from 'vitest';
import { ManualClock } from '../../../local/sqs/clock.ts';
import { serveSqs } from '../../../local/sqs/server.ts';
import type { ServedSqs } from '../../../local/sqs/server.ts';

export const start = Date.UTC(2026, 0, 1);

/** A client as the adapters build theirs; errors come at once. */
export const clientOf = (url: string): SQSClient =>
  new SQSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

type Extra<Input> = Partial<Omit<Input, 'QueueUrl' | 'MessageBody'>>;

/** A served twin under a clock that stands still, and the real SDK in front of it. */
interface World {
  readonly served: ServedSqs;
  readonly client: SQSClient;
  readonly clock: ManualClock;
  readonly create: (name: string, attributes?: Record<string, string>) => Promise<string>;
  readonly send: (
    queue: string,
    body: string,
    extra?: Extra<SendMessageCommandInput>,
  ) => Promise<SendMessageCommandOutput>;
  /** Sends to a FIFO queue, each message with a deduplication id of its own. */
  readonly sendTo: (queue: string, group: string, ...bodies: string[]) => Promise<void>;
  /** One receive of up to 10 messages. */
  readonly receive: (
    queue: string,
    extra?: Extra<ReceiveMessageCommandInput>,
  ) => Promise<Message[]>;
  /** The bodies of one receive of up to 10. */
  readonly bodies: (queue: string) => Promise<(string | undefined)[]>;
  readonly remove: (queue: string, ...messages: Message[]) => Promise<void>;
  readonly hide: (queue: string, message: Message, seconds: number) => Promise<void>;
  readonly attributes: (
    queue: string,
    ...names: QueueAttributeName[]
  ) => Promise<Record<string, string>>;
  /** Resolves when a receive waits on the server. */
  readonly waiting: () => Promise<void>;
}

const worldOf = (served: ServedSqs, client: SQSClient, clock: ManualClock): World => {
  const world: World = {
    served,
    client,
    clock,
    create: async (QueueName, Attributes = {}) => {
      const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
      return QueueUrl ?? '';
    },
    send: (QueueUrl, MessageBody, extra = {}) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...extra })),
    sendTo: async (queue, MessageGroupId, ...bodies) => {
      for (const body of bodies)
        await world.send(queue, body, {
          MessageGroupId,
          MessageDeduplicationId: crypto.randomUUID(),
        });
    },
    receive: async (QueueUrl, extra = {}) => {
      const input = { QueueUrl, MaxNumberOfMessages: 10, ...extra };
      return (await client.send(new ReceiveMessageCommand(input))).Messages ?? [];
    },
    bodies: async (queue) => (await world.receive(queue)).map(({ Body }) => Body),
    remove: async (QueueUrl, ...messages) => {
      for (const { ReceiptHandle } of messages)
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    hide: async (QueueUrl, { ReceiptHandle }, VisibilityTimeout) => {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
      );
    },
    attributes: async (QueueUrl, ...AttributeNames) => {
      const input = { QueueUrl, AttributeNames };
      return (await client.send(new GetQueueAttributesCommand(input))).Attributes ?? {};
    },
    waiting: async () => {
      while (clock.alarms.length === 0) await new Promise((resolve) => setImmediate(resolve));
    },
  };
  return world;
};

/** Runs `body` with a twin of its own, which stops at the end. */
export const withTwin = async (body: (world: World) => Promise<void>): Promise<void> => {
  const clock = new ManualClock(start);
  const served = await serveSqs({ port: 0, clock });
  const client = clientOf(served.url);
  try {
    await body(worldOf(served, client, clock));
  } finally {
    client.destroy();
    await served.close();
  }
};

/** Where a rule is written in the documentation of Amazon SQS, and what it says there, in our words. */
interface Documented {
  readonly page: string;
  readonly says: string;
}

declare module 'vitest' {
  interface TaskMeta {
    documented?: Documented;
  }
}

/** One documented rule of SQS, shown on the twin through the real SDK over a socket. */
export const rule = (
  name: string,
  documented: Documented,
  body: (world: World) => Promise<void>,
): void => {
  test(name, { meta: { documented } }, () => withTwin(body));
};

export const first = <Item>(items: readonly Item[]): Item => {
  const [item] = items;
  if (item === undefined) throw new Error('expected at least one');
  return item;
};

export const fifo = { FifoQueue: 'true' };
export const highThroughput = {
  ...fifo,
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
};
