import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';

/** An entry of a `SendMessageBatch`; its `Id` is its place in the request. */
type BatchEntry = Omit<SendMessageBatchRequestEntry, 'Id'>;

interface NotTaken {
  /** Its place among the entries. */
  readonly index: number;
  /** SQS's code, or that SQS said nothing of it. */
  readonly reason: string;
}

/**
 * One `SendMessageBatch` of up to 10 entries. Resolves to those that SQS did not take: an entry is
 * safe only where the answer names it among the successful ones. One that the answer does not name
 * at all counts as not taken, so that nobody waits for it. Rejects where the request failed as a whole.
 */
export const sendBatch = async (
  client: SQSClient,
  queueUrl: string,
  entries: readonly BatchEntry[],
  signal?: AbortSignal,
): Promise<readonly NotTaken[]> => {
  const answer = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: entries.map((entry, index) => ({ ...entry, Id: String(index) })),
    }),
    signal && { abortSignal: signal },
  );
  const taken = new Set(answer.Successful?.map(({ Id }) => Id));
  const codes = new Map(answer.Failed?.map(({ Id, Code }) => [Id, Code]));
  return entries.flatMap((_, index) => {
    const id = String(index);
    return taken.has(id) ? [] : [{ index, reason: codes.get(id) ?? 'not answered by SQS' }];
  });
};
