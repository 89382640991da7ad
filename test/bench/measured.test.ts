import { expect, test } from 'vitest';
import { coldStart } from '../../bench/coldStart.ts';
import { ingest } from '../../bench/ingest.ts';

const small = { seed: 5, size: 0.01 };
/** Both build all bundles and start processes, perhaps on a busy machine. */
const patienceMs = 60_000;

test(
  'ingest at a hundredth of its size compares with the SDK on the same queue',
  async () => {
    const { numbers } = await ingest.run(small);
    for (const compared of numbers['sizes'] as unknown as Record<string, number>[])
      for (const name of ['perSecond', 'sdkPerSecond', 'cpuMicroseconds', 'sdkCpuMicroseconds'])
        expect(compared[name]).toBeGreaterThan(0);
  },
  patienceMs,
);

test(
  'cold-start imports every bundle and the SDK alone',
  async () => {
    const { numbers } = await coldStart.run(small);
    const bundles = numbers['bundles'] as unknown as Record<string, number>[];
    expect(bundles.map(({ bundle }) => bundle)).toEqual(['ingest', 'absorb', 'sync', 'hash']);
    for (const { bytes = 0, sdkBytes = 0, ms, sdkMs } of bundles) {
      expect(Math.min(bytes, sdkBytes)).toBeGreaterThan(100_000);
      expect([ms, sdkMs].every((taken = 0) => taken > 1)).toBe(true);
    }
  },
  patienceMs,
);
