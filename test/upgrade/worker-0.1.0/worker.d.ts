/* The worker of version 0.1, as far as the tests put it together. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DeliveryLine } from '../../../lambdas/delivery.ts';
import type { Clock, Random } from '../../../lambdas/ports.ts';
import type { Metrics } from '../../../lambdas/metricNames.ts';

interface Timing {
  readonly batchSize: number;
  readonly functionTimeoutSeconds: number;
}
export const absorbTiming: Timing & { readonly visitTimeoutMs: number };
export const syncTiming: Timing;
export const sweepTiming: {
  readonly shards: number;
  readonly pageItems: number;
  readonly everyMinutes: number;
};
export const callLimits: Readonly<Record<'rest' | 'soap', object>>;
export const leadLimits: object;
export const leadTiming: object;

interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}
type Adapter = (options: object) => object;
export const createCounters: (options: Table) => object;
export const createLeadsTable: (
  options: Table & { readonly shards: number; readonly pageItems: number },
) => object;
export const createMunchkin: Adapter;
export const createRestMarketo: Adapter;
export const createSoapMarketo: Adapter;

interface QueueRecord {
  readonly id: string;
  readonly body: string;
}
type Turn<R> = (records: readonly R[], until: number) => Promise<readonly string[]>;

/** A message to the due queue, which is the tick queue of today. */
interface DueMessage {
  readonly delaySeconds: number;
}

interface Ports {
  readonly table: object;
  readonly due: { send(messages: readonly DueMessage[]): Promise<void> };
  readonly munchkin: object;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: {
    call(line: object): void;
    delivery(line: DeliveryLine): void;
    warn(message: string, more?: object): void;
    error(message: string, more?: object): void;
  };
  readonly metrics: Metrics;
  readonly timing: object;
  readonly limits: object;
  readonly visitTimeoutMs: number;
  readonly holdMs: number;
  readonly resendUnchangedAfterMs: number;
}

export const composeAbsorb: (
  ports: Ports,
  rules: object,
) => Turn<QueueRecord & { readonly group: string }>;

export const composeSync: (
  ports: Ports & {
    readonly marketo: object;
    readonly api: 'rest' | 'soap';
    readonly counters: object;
    readonly unknownFields: 'skip' | 'fail';
    readonly callLimits: object;
    readonly shards: number;
  },
) => { readonly sync: Turn<QueueRecord>; readonly sweep: (until: number) => Promise<void> };
