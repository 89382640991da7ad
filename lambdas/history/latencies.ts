/** How many events took how long, by bucket: the key is a step of `growth`. */
export type Latencies = Readonly<Record<string, number>>;

/** From one bucket to the next. What is read of them is so wrong at most, and half of it in the middle. */
const growth = 1.2;

const bucketOf = (ms: number): number => Math.round(Math.log(Math.max(1, ms)) / Math.log(growth));

/** Durations, counted. */
export const latenciesOf = (durationsMs: readonly number[]): Latencies => {
  const counts: Record<string, number> = {};
  for (const ms of durationsMs) {
    const bucket = bucketOf(ms);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
};

/** Both together. */
export const addedLatencies = (one: Latencies = {}, other: Latencies = {}): Latencies => {
  const counts: Record<string, number> = { ...one };
  for (const [bucket, many] of Object.entries(other)) counts[bucket] = (counts[bucket] ?? 0) + many;
  return counts;
};

/** How long this share of them took at most, to a tenth; `undefined` where there are none. */
export const latencyAt = (latencies: Latencies, share: number): number | undefined => {
  const sorted = Object.entries(latencies)
    .map(([bucket, many]) => [Number(bucket), many] as const)
    .sort(([a], [b]) => a - b);
  const wanted = share * sorted.reduce((sum, [, many]) => sum + many, 0);
  let seen = 0;
  for (const [bucket, many] of sorted) {
    seen += many;
    if (seen >= wanted) return Math.round(growth ** bucket);
  }
  return undefined;
};
