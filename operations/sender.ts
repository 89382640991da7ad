import { randomUUID } from 'node:crypto';
import { shortHashOf } from '../lambdas/digest.ts';
import { postBatch } from './cli/send/post.ts';
import { OperationsError } from './error.ts';
import { sendTestTiming } from './limits.ts';
import type { Tools } from './ports.ts';
import type { SentView } from './views.ts';

interface SenderParts {
  /** Base URL of ingest. */
  readonly ingestUrl: string;
  readonly writeKey: () => Promise<string>;
  /** A write key that may delete. */
  readonly deleteKey: () => Promise<string>;
}

/**
 * Sends single events to ingest, as every sender does, so that they take the whole way. Each gets a
 * messageId of its own: the same event can be sent again.
 */
export const createSender = ({
  ingestUrl,
  writeKey,
  deleteKey,
}: SenderParts): Pick<Tools, 'sendTest' | 'erase'> => {
  const send = async (event: object, id: string, key: string): Promise<SentView> => {
    const messageId = `${id}-${randomUUID()}`;
    const door = {
      url: ingestUrl,
      key,
      stopped: AbortSignal.timeout(sendTestTiming.giveUpMs),
      retries: sendTestTiming,
    };
    const { refused } = await postBatch(door, [JSON.stringify({ ...event, messageId })]);
    const [refusal] = refused;
    if (refusal)
      throw new OperationsError(
        'bad-input',
        `ingest refused the event: ${refusal.field} ${refusal.message}`,
      );
    return { messageId, message: shortHashOf(messageId) };
  };
  return {
    sendTest: async (event) => send(event, 'test', await writeKey()),
    erase: async (userId) => send({ type: 'delete', userId }, 'erase', await deleteKey()),
  };
};
