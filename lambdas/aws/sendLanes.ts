/** What of an entry decides where and with what it travels. */
interface QueueEntry {
  readonly group: string;
  readonly bytes: number;
}

interface SendLaneLimits {
  /** What goes into one request; each lane is worth at least one. */
  readonly chunkEntries: number;
  /** The most lanes. */
  readonly lanes: number;
  /** The longest run of one group in one lane. */
  readonly groupEntries: number;
}

/** A group as it travels: whole, or in runs of at most so many where it is longer. */
const runsOf = <P>(group: readonly P[], max: number): readonly (readonly P[])[] =>
  Array.from({ length: Math.ceil(group.length / max) }, (_, run) =>
    group.slice(run * max, (run + 1) * max),
  );

/**
 * Deals entries into lanes that may travel at once. A group stays in one lane, and a lane keeps the
 * order, so that no group overtakes itself; only one that is too long for a lane is cut into runs,
 * each in its order, which may overtake each other.
 */
export const sendLanesOf = <P extends QueueEntry>(
  queueEntries: readonly P[],
  { chunkEntries, lanes: max, groupEntries }: SendLaneLimits,
): readonly (readonly P[])[] => {
  const groups = Map.groupBy(queueEntries, (queueEntry) => queueEntry.group);
  const count = Math.min(max, Math.ceil(queueEntries.length / chunkEntries));
  const loads = Array.from({ length: count }, () => 0);
  const laneOf = new Map<P, number>();
  for (const run of [...groups.values()].flatMap((group) => runsOf(group, groupEntries))) {
    const lane = loads.indexOf(Math.min(...loads));
    loads[lane] = (loads[lane] ?? 0) + run.length;
    for (const queueEntry of run) laneOf.set(queueEntry, lane);
  }
  const lanes = Map.groupBy(queueEntries, (queueEntry) => laneOf.get(queueEntry));
  return [...lanes.values()];
};

/**
 * The first entries of a lane that fit into one request. One that fits into none goes alone, so
 * that its refusal is its own.
 */
export const nextChunk = <P extends QueueEntry>(
  queueEntries: readonly P[],
  limits: { readonly entries: number; readonly bytes: number },
): readonly P[] => {
  let bytes = 0;
  const end = queueEntries.findIndex((queueEntry, index) => {
    bytes += queueEntry.bytes;
    return index === limits.entries || (index > 0 && bytes > limits.bytes);
  });
  return end < 0 ? queueEntries : queueEntries.slice(0, end);
};
