import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from '../lambdas/delivery.ts';
import type { HistoryNotes } from '../lambdas/history/recorder.ts';
import { HistoryRecorder } from '../lambdas/history/recorder.ts';

type RecorderOptions = ConstructorParameters<typeof HistoryRecorder>[0];

/**
 * A recorder for each instance, as on Lambda, where an instance has one invocation at a time. One for all would
 * write what an invocation has begun with the end of another.
 */
export const createRecorders = (optionsOf: (service: string) => RecorderOptions) => {
  const current = new AsyncLocalStorage<HistoryRecorder>();
  const idle = new Map<string, HistoryRecorder[]>();
  return {
    run: async <Output>(service: string, work: () => Promise<Output>): Promise<Output> => {
      const free = idle.get(service) ?? [];
      idle.set(service, free);
      const recorder = free.pop() ?? new HistoryRecorder(optionsOf(service));
      try {
        return await current.run(recorder, work);
      } finally {
        await recorder.flush();
        free.push(recorder);
      }
    },
    /** Of the invocation that is under way; outside of all, the one that is given. */
    logger: (outside: Logger): Logger => {
      const now = (): Logger => current.getStore()?.logger ?? outside;
      return {
        delivery: (line) => {
          now().delivery(line);
        },
        call: (line) => {
          now().call(line);
        },
        warn: (message, facts) => {
          now().warn(message, facts);
        },
        error: (message, facts) => {
          now().error(message, facts);
        },
      };
    },
    notes: {
      describe: (message, about, owner) => {
        current.getStore()?.describe(message, about, owner);
      },
      moved: (messages, keys) => {
        current.getStore()?.moved(messages, keys);
      },
      payloads: (messages, payloads) => {
        current.getStore()?.payloads(messages, payloads);
      },
    } satisfies HistoryNotes,
  };
};
