/** Milliseconds since 1970-01-01 UTC. Branded, so that seconds or durations cannot stand in for it. */
export type EpochMs = number & { readonly __unit: 'epoch-ms' };

export const epochMs = (milliseconds: number): EpochMs => milliseconds as EpochMs;
