import { encodeListed, encodeStep } from '../lambdas/history/codec.ts';
import type {
  HistoryBatch,
  HistoryUpdate,
  HistoryWriter,
} from '../lambdas/history/historyPorts.ts';
import { refreshesPerson } from '../lambdas/history/personRefresh.ts';
import type { HistoryRow } from '../lambdas/history/types.ts';

const unitBytes = 1_024;
/** Names of attributes, keys, numbers and the end of an item. */
const frameBytes = 220;
/** Keys and the end of a list. */
const listFrameBytes = 60;

/** What DynamoDB bills for the history's writes, by what they weigh. */
export class HistoryUnits {
  units = 0;
  private readonly bytes = new Map<string, number>();

  /** Each instance remembers the persons that it has written, and no other's. */
  ofInstance(): Pick<HistoryWriter, 'write'> {
    const persons = new Set<string>();
    return {
      write: (batch) => {
        this.add(batch, persons);
        return Promise.resolve();
      },
    };
  }

  private add({ updates, calls, troubles }: HistoryBatch, persons: Set<string>): void {
    for (const update of updates)
      this.units += this.eventUnits(update) + personUnits(update, persons);
    const rows = updates.map(rowOf);
    this.units += unitsOf(encodeListed({ rows, calls, troubles }).length + listFrameBytes);
  }

  private eventUnits({ owner, message, about, steps, reason = '' }: HistoryUpdate): number {
    if (owner === undefined) return 0;
    const before = this.bytes.get(message) ?? frameBytes;
    const texts = about ? Object.values(about).map((text) => String(text).length) : [];
    const added = [...texts, reason.length, ...steps.map((step) => encodeStep(step).length + 1)];
    const after = added.reduce((sum, length) => sum + length, before);
    this.bytes.set(message, after);
    return unitsOf(after);
  }
}

const personUnits = (update: HistoryUpdate, persons: Set<string>): number => {
  const { owner = '', about } = update;
  if (about?.email === undefined || persons.has(owner) || !refreshesPerson(update)) return 0;
  persons.add(owner);
  return 1;
};

const unitsOf = (bytes: number): number => Math.ceil(bytes / unitBytes);

const rowOf = ({ message, owner, outcome, at, reason, about }: HistoryUpdate): HistoryRow => ({
  message,
  outcome,
  at,
  ...(owner !== undefined && { owner }),
  ...(reason !== undefined && { reason }),
  ...(about && {
    receivedAt: about.receivedAt,
    type: about.type,
    messageId: about.messageId,
    ...(about.name !== undefined && { name: about.name }),
    ...(about.source !== undefined && { source: about.source }),
  }),
});
