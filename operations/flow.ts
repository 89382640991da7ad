import { epochMs } from '../lambdas/segment/time.ts';
import { createClosed } from './budgetClosed.ts';
import type { OperationsParts } from './parts.ts';
import type { Operations } from './ports.ts';

const minuteMs = 60_000;
const minutes = 60;
/** Enough to say "many" without reading a backlog on every look. */
const maxCounted = 1_000;
const maxLatest = 100;

/** The flow of events through queues, mailboxes and Marketo by now. */
export const createFlowView = (parts: OperationsParts): Operations['flow'] => {
  const { lines, dead, queues, itemsPending, clock } = parts;
  const closedNow = createClosed(parts);
  return async () => {
    const now = clock.now();
    const first = (Math.floor(now / minuteMs) - (minutes - 1)) * minuteMs;
    const [waiting, pending, deadLetters, tallies, closed, latest] = await Promise.all([
      queues(),
      itemsPending(maxCounted),
      dead.count(maxCounted),
      lines.tally(epochMs(first), epochMs(first + minutes * minuteMs), minuteMs),
      closedNow(),
      lines.latest(maxLatest),
    ]);
    return {
      now,
      ...waiting,
      pending,
      deadLetters,
      tallies,
      ...(closed && { closed }),
      historyDays: parts.historyDays,
      latest,
    };
  };
};
