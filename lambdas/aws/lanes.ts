/** What of an entry decides where and with what it travels. */
interface Parcel {
  readonly group: string;
  readonly bytes: number;
}

interface LaneLimits {
  /** What goes into one request; each lane is worth at least one. */
  readonly chunkEntries: number;
  /** The most lanes. */
  readonly lanes: number;
  /** The longest run of one group in one lane. */
  readonly groupEntries: number;
}

/** A group as it travels: whole, or in runs of at most so many where it is longer. */
const runsOf = <P>(group: readonly P[], most: number): readonly (readonly P[])[] =>
  Array.from({ length: Math.ceil(group.length / most) }, (_, run) =>
    group.slice(run * most, (run + 1) * most),
  );

/**
 * Deals entries into lanes that may travel at once. A group stays in one lane, and a lane keeps the
 * order, so that no group overtakes itself; only one that is too long for a lane is cut into runs,
 * each in its order, which may overtake each other.
 */
export const lanesOf = <P extends Parcel>(
  parcels: readonly P[],
  { chunkEntries, lanes: most, groupEntries }: LaneLimits,
): readonly (readonly P[])[] => {
  const groups = Map.groupBy(parcels, (parcel) => parcel.group);
  const count = Math.min(most, Math.ceil(parcels.length / chunkEntries));
  const loads = Array.from({ length: count }, () => 0);
  const laneOf = new Map<P, number>();
  for (const run of [...groups.values()].flatMap((group) => runsOf(group, groupEntries))) {
    const lane = loads.indexOf(Math.min(...loads));
    loads[lane] = (loads[lane] ?? 0) + run.length;
    for (const parcel of run) laneOf.set(parcel, lane);
  }
  const lanes = Map.groupBy(parcels, (parcel) => laneOf.get(parcel));
  return [...lanes.values()];
};

/**
 * The first entries of a lane that fit into one request. One that fits into none goes alone, so
 * that its refusal is its own.
 */
export const nextChunk = <P extends Parcel>(
  parcels: readonly P[],
  limits: { readonly entries: number; readonly bytes: number },
): readonly P[] => {
  let bytes = 0;
  const end = parcels.findIndex((parcel, index) => {
    bytes += parcel.bytes;
    return index === limits.entries || (index > 0 && bytes > limits.bytes);
  });
  return end < 0 ? parcels : parcels.slice(0, end);
};
