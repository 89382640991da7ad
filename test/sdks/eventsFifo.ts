import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createServer } from 'node:http';
import { createEventsQueue } from '../../lambdas/aws/sqsEventsQueue.ts';
import type { EventsQueue } from '../../lambdas/ingest/eventsQueue.ts';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { closeServer, listen } from '../../local/listen.ts';
import { serveSqs } from '../../local/sqs/server.ts';
import { clientOf } from '../aws/scripted.ts';

interface EventsFifo {
  readonly port: EventsQueue;
  /** All events that ever were on the queue, in the order in which they came off it. */
  readonly events: () => Promise<readonly QueuedEvent[]>;
  readonly close: () => Promise<void>;
}

const portOf = (client: SQSClient, queueUrl: string): EventsQueue =>
  createEventsQueue({ client, queueUrl, clock: { now: () => epochMs(Date.now()) } });

/** `events.fifo` of SQS's twin behind the adapter of ingest; the test takes off what is on it. */
export const eventsFifo = async (): Promise<EventsFifo> => {
  const sqs = await serveSqs({ port: 0 });
  const client = new SQSClient(clientOf(sqs.url));
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({ QueueName: 'events.fifo', Attributes: { FifoQueue: 'true' } }),
  );
  const taken: QueuedEvent[] = [];
  return {
    port: portOf(client, QueueUrl),
    events: async () => {
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) return taken;
        taken.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as QueuedEvent));
        const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle }));
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
    close: () => {
      client.destroy();
      return sqs.close();
    },
  };
};

/** An SQS that answers every request with this error, behind the same adapter. */
export const failingFifo = async (
  status: number,
  code: string,
): Promise<Omit<EventsFifo, 'events'>> => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message: 'not now' }));
    });
  });
  const url = await listen(server);
  const client = new SQSClient(clientOf(url));
  return {
    port: portOf(client, `${url}/000000000000/events.fifo`),
    close: () => {
      client.destroy();
      return closeServer(server);
    },
  };
};
