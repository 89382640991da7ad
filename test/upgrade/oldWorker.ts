import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DeliveryLine } from '../../lambdas/delivery.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Received } from '../../local/sqs/message.ts';
import { munchkinId, rest, soap, type World } from '../support/world.ts';
import * as old from './worker-0.1.0/worker.js';

const hourMs = 3_600_000;

interface OldWorkerOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly unknownFields?: 'skip' | 'fail';
}

/**
 * The worker of version 0.1 in the place of a world's own: it takes over the world's queues, clock, table
 * and Marketo, as after a deployment of that version.
 */
export const createOldWorker = (
  world: World,
  { client, tableName, unknownFields = 'skip' }: OldWorkerOptions,
) => {
  const { clock, api, endpoints, events, tickMessages } = world;
  const lines: DeliveryLine[] = [];
  const complaints: string[] = [];
  const errors: string[] = [];
  const marketo =
    api === 'rest'
      ? old.createRestMarketo({
          ...{ endpoint: endpoints.rest, munchkinId, clock },
          credentials: () => Promise.resolve(rest),
        })
      : old.createSoapMarketo({
          ...{ endpoint: endpoints.soap, munchkinId, clock },
          credentials: () => Promise.resolve(soap),
        });
  const ports = {
    table: old.createLeadsTable({ client, tableName, ...old.sweepTiming }),
    due: {
      send: (messages: readonly { readonly delaySeconds: number }[]) => {
        for (const { delaySeconds, ...message } of messages)
          tickMessages.send({ body: JSON.stringify(message), delaySeconds });
        return Promise.resolve();
      },
    },
    munchkin: old.createMunchkin({ endpoint: endpoints.munchkin, munchkinId }),
    marketo,
    api,
    counters: old.createCounters({ client, tableName }),
    callLimits: old.callLimits[api],
    clock,
    random: () => 0.5,
    logger: {
      call: () => undefined,
      delivery: (line: DeliveryLine) => lines.push(line),
      warn: (message: string) => complaints.push(message),
      error: (message: string) => errors.push(message),
    },
    metrics: { count: () => undefined, record: () => undefined },
    unknownFields,
    timing: old.leadTiming,
    limits: old.leadLimits,
    shards: old.sweepTiming.shards,
    visitTimeoutMs: old.absorbTiming.visitTimeoutMs,
    holdMs: 30 * 24 * hourMs,
    resendUnchangedAfterMs: 24 * hourMs,
  };
  const absorb = old.composeAbsorb(ports, {
    fieldNames: 'segment',
    fieldMap: { userId: false },
    nulls: 'skip',
    activities: {},
    events: 'all',
    visitorDomain: 'segment',
  });
  const { sync, sweep } = old.composeSync(ports);

  const take = (queue: World['events'], most: number): Received[] => {
    const all: Received[] = [];
    for (;;) {
      const some = queue.receive(Math.min(10, most - all.length));
      all.push(...some);
      if (some.length === 0 || all.length >= most) return all;
    }
  };

  const turn = async (
    queue: World['events'],
    { batchSize, functionTimeoutSeconds }: typeof old.syncTiming,
    handle: typeof absorb,
  ): Promise<number> => {
    const received = take(queue, batchSize);
    if (received.length === 0) return 0;
    const records = received.map(({ id, body, group = id }) => ({ id, body, group }));
    const failed = await handle(records, clock.now() + functionTimeoutSeconds * 1_000);
    for (const { id, receiptHandle } of received)
      if (!failed.includes(id)) queue.delete(receiptHandle);
    return received.length;
  };

  let nextSweep = clock.now();
  /** Lets everything happen that happens by itself until `seconds` from now. */
  const run = async (seconds: number): Promise<void> => {
    const end = clock.now() + seconds * 1_000;
    for (;;) {
      if (clock.now() >= nextSweep) {
        nextSweep = epochMs(clock.now() + old.sweepTiming.everyMinutes * 60_000);
        await sweep(clock.now() + 60_000);
      }
      const absorbed = await turn(events, old.absorbTiming, absorb);
      if (absorbed + (await turn(tickMessages, old.syncTiming, sync)) > 0) continue;
      if (clock.now() >= end) return;
      const next = Math.min(world.nextDeadline() ?? Infinity, nextSweep, end);
      world.pass(Math.max(0, next - clock.now()) / 1_000);
    }
  };

  return { run, lines, complaints, errors };
};
