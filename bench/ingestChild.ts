/**
 * Measures ingest's handler and the SDK alone, in a process of its own: what the emulators take is
 * not counted, and the handler's log goes where standard output goes. Started by `ingest.ts`.
 */
import { createRequire } from 'node:module';
import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { createSqsClient } from '../lambdas/aws/clients.ts';
import { variable } from '../lambdas/aws/variable.ts';
import { batchesOf, requestOf } from './ingestLoad.ts';
import type { IngestRound, IngestTask, Rate } from './ingestTask.ts';

type Handler = (event: object, context: object) => Promise<{ readonly statusCode: number }>;

const QueueUrl = variable('EVENTS_QUEUE_URL');
const client = createSqsClient();

/** Runs prepared work, one piece after the other, as one environment of Lambda does. */
const rateOf = async (
  events: number,
  pieces: readonly (() => Promise<unknown>)[],
): Promise<Rate> => {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  for (const piece of pieces) await piece();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1_000;
  return { perSecond: events / seconds, cpuMicroseconds: (user + system) / events };
};

const measure = async ({ bundle, writeKey, rounds, events, sizes }: IngestTask) => {
  const { handler } = createRequire(import.meta.url)(bundle) as { readonly handler: Handler };
  const post = async (request: object): Promise<void> => {
    const { statusCode } = await handler(request, {});
    if (statusCode !== 200) throw new Error(`ingest answered ${statusCode}`);
  };
  const throughHandler = (size: number): Promise<Rate> => {
    const requests = Array.from({ length: events / size }, () => requestOf(writeKey, size));
    return rateOf(
      events,
      requests.map((request) => () => post(request)),
    );
  };
  const alone = (size: number, body: string): Promise<Rate> => {
    const sends = Array.from({ length: events / size }, () => batchesOf(body, size));
    const send = (batches: ReturnType<typeof batchesOf>) =>
      Promise.all(
        batches.map((Entries) => client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))),
      );
    return rateOf(
      events,
      sends.map((batches) => () => send(batches)),
    );
  };

  // The first of each is not counted; it also shows what ingest puts on the queue.
  await throughHandler(1);
  const { Messages: [{ Body: body = '' } = {}] = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl }),
  );
  for (const size of sizes) await throughHandler(size).then(() => alone(size, body));
  const measured: IngestRound[] = [];
  for (let round = 0; round < rounds; round += 1)
    for (const size of sizes)
      measured.push({ size, sdk: await alone(size, body), ours: await throughHandler(size) });
  return measured;
};

process.once('message', (task: IngestTask) => {
  void measure(task).then((measured) => {
    process.send?.(measured);
    process.disconnect();
    client.destroy();
  });
});
