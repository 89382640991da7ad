import { sendFileTiming } from '../../limits.ts';
import type { Operations } from '../../ports.ts';

/**
 * Asks for bulk imports and goes on asking while a file is sent, so that its leads gather for files instead of leaving
 * by calls as they come. Does nothing where nobody wants that.
 */
export const createBulkRequest = (
  operations: Pick<Operations, 'askForImports'>,
  isWanted: boolean,
  now: () => number,
) => {
  let askAt = -Infinity;
  return {
    /** Asks, unless it has done so a short while ago. */
    ask: async (): Promise<void> => {
      if (!isWanted || now() < askAt) return;
      askAt = now() + sendFileTiming.bulkEveryMs;
      await operations.askForImports();
    },
    /** Asks in any case; resolves to when the request ends. */
    askLast: async (): Promise<number | undefined> =>
      isWanted ? (await operations.askForImports()).until : undefined,
  };
};
