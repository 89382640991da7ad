import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { slopeOf } from './slope.ts';

interface Sample {
  /** Minutes since the start. */
  readonly minute: number;
  readonly rss: number;
  readonly heap: number;
}

export interface MemoryReport {
  readonly samples: number;
  /** All of the process, its functions' threads included. */
  readonly rssMb: number;
  readonly rssKbPerMinute: number;
  /** The main thread, where the emulators are. */
  readonly heapMb: number;
  readonly heapKbPerMinute: number;
}

/** The garbage collector, which a process can call only since it was told to show it. */
const collector = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
};

const mb = (bytes: number): number => Math.round(bytes / 1e5) / 10;
const kb = (bytes: number): number => Math.round(bytes / 1e2) / 10;

/** Looks at the memory of this process from time to time, and says how it grew after the warm-up. */
export const watchMemory = (now: () => number) => {
  const collect = collector();
  const began = now();
  const samples: Sample[] = [];
  return {
    sample: (): void => {
      collect();
      const { rss, heapUsed } = process.memoryUsage();
      samples.push({ minute: (now() - began) / 60_000, rss, heap: heapUsed });
    },
    report: (warmUpMinutes: number): MemoryReport => {
      const warm = samples.filter(({ minute }) => minute >= warmUpMinutes);
      const last = warm.at(-1) ?? samples.at(-1);
      const slope = (of: 'rss' | 'heap'): number =>
        slopeOf(warm.map((one) => ({ x: one.minute, y: one[of] })));
      return {
        samples: warm.length,
        rssMb: mb(last?.rss ?? 0),
        rssKbPerMinute: kb(slope('rss')),
        heapMb: mb(last?.heap ?? 0),
        heapKbPerMinute: kb(slope('heap')),
      };
    },
  };
};
