import type { SQSClient } from '@aws-sdk/client-sqs';
import type { LocalFunction } from '../functions/function.ts';
import type { Physicals, Template } from '../template.ts';

export interface Connections {
  readonly template: Template;
  readonly physicals: Physicals;
  readonly functions: readonly LocalFunction[];
  /** The longest that batches are gathered for, whatever the mappings say; absent: as they say. */
  readonly maxGatherMs?: number | undefined;
  readonly warn: (message: string) => void;
}

/** Starts one source of events; returns what stops it. */
type Start = (sqs: SQSClient) => () => void | Promise<void>;

/**
 * What one resource starts, by its properties as the template has them; nothing where it is switched off.
 * @throws for properties that this machine would not obey
 */
export type SourceKind = (
  connections: Connections,
  id: string,
  written: Readonly<Record<string, unknown>>,
) => readonly Start[];

/**
 * The URL of the stack's queue of this ARN.
 * @throws where the stack has no such queue
 */
export const queueOf = (physicals: Physicals, id: string, arn: string): string => {
  const queue = [...physicals.values()].find(({ attributes }) => attributes['Arn'] === arn);
  if (queue && arn.startsWith('arn:aws:sqs:')) return queue.ref;
  throw new Error(`${id}: the local run knows queues of this stack, not ${arn}`);
};
