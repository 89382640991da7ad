import type { readAllPages } from '../../lambdas/aws/batchRead.ts';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';
import type { SyncSidePorts } from '../../lambdas/sync/composeSync.ts';
import type { Received } from '../../local/sqs/message.ts';
import type { Character } from './character.ts';
import type { Rates } from './faults.ts';
import type { Trouble } from './workerInstance.ts';

/** What a test changes in a world: a fault of ours that it plants, and what brings that to light. */
export interface Planted {
  readonly ports?: (ports: SyncSidePorts) => SyncSidePorts;
  readonly event?: (event: QueuedEvent) => QueuedEvent;
  /** Which of a batch's messages are acknowledged, when the worker said which failed. */
  readonly acknowledged?: (
    batch: readonly Received[],
    failed: readonly string[],
  ) => readonly Received[];
  /** Messages of events are acknowledged before they are absorbed. */
  readonly acknowledgesEarly?: true;
  /** The tick that comes once a minute does not. */
  readonly scheduledTicks?: false;
  /** How a batch is read, page by page. */
  readonly readAll?: typeof readAllPages;
  /** One port call of all that workers make, by its number, and what happens at it. */
  readonly trouble?: { readonly at: number; readonly kind: Trouble };
  readonly rates?: Partial<Rates>;
  readonly character?: Partial<Omit<Character, 'rates'>>;
}
