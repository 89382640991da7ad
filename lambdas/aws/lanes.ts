/** What of an entry decides where and with what it travels. */
interface Parcel {
  readonly group: string;
  readonly bytes: number;
}

/**
 * Deals entries into at most `most` lanes that may travel at once. A group stays in one lane, and a
 * lane keeps the order, so that no group overtakes itself. Each lane is worth at least one chunk.
 */
export const lanesOf = <P extends Parcel>(
  parcels: readonly P[],
  chunkEntries: number,
  most: number,
): readonly (readonly P[])[] => {
  const groups = Map.groupBy(parcels, (parcel) => parcel.group);
  const count = Math.min(most, Math.ceil(parcels.length / chunkEntries));
  const loads = Array.from({ length: count }, () => 0);
  const laneOf = new Map<string, number>();
  for (const [group, members] of groups) {
    const lane = loads.indexOf(Math.min(...loads));
    loads[lane] = (loads[lane] ?? 0) + members.length;
    laneOf.set(group, lane);
  }
  const lanes = Map.groupBy(parcels, (parcel) => laneOf.get(parcel.group));
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
