import { encodeListed, encodeStep } from '../lambdas/history/codec.ts';
import type { HistoryUpdate, HistoryWriter } from '../lambdas/history/historyPorts.ts';
import type { HistoryRow } from '../lambdas/history/types.ts';

const unitBytes = 1_024;
/** Names of attributes, keys, numbers and the end of an item. */
const frameBytes = 220;
/** Keys and the end of a list. */
const listFrameBytes = 60;

/** What DynamoDB bills for the history's writes, by what they weigh. */
export class HistoryUnits implements HistoryWriter {
  units = 0;
  private readonly bytes = new Map<string, number>();
  private readonly persons = new Set<string>();

  write({ updates, calls, troubles }: Parameters<HistoryWriter['write']>[0]): Promise<void> {
    for (const update of updates) this.units += this.eventUnits(update) + this.personUnits(update);
    const rows = updates.map(rowOf);
    this.units += unitsOf(encodeListed({ rows, calls, troubles }).length + listFrameBytes);
    return Promise.resolve();
  }

  erase(): Promise<void> {
    return Promise.resolve();
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

  private personUnits({ owner = '', about }: HistoryUpdate): number {
    if (about?.email === undefined || this.persons.has(owner)) return 0;
    this.persons.add(owner);
    return 1;
  }
}

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
