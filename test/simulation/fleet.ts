import { Worker } from 'node:worker_threads';
import type { Recipe, Result } from './run.ts';
import type { Share } from './thread.ts';

/** A world makes much that soon nobody needs: a large nursery collects it at little cost. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

const script = new URL('./thread.ts', import.meta.url);

interface FleetOptions extends Recipe {
  readonly worlds: number;
  readonly workers: number;
  /** A world that takes longer stands still. */
  readonly patienceMs: number;
  readonly onResult: (result: Result) => void;
}

/** Runs this thread's share. Rejects with the seed of a world that ends its thread, or never ends. */
const runShare = (share: Share, { patienceMs, onResult }: FleetOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(script, { workerData: share, resourceLimits });
    let seed = share.first;
    const fail = (why: string): void => {
      clearInterval(watch);
      void thread.terminate();
      reject(new Error(`the world with seed ${seed} ${why}`));
    };
    let isAlive = true;
    const watch = setInterval(() => {
      if (!isAlive) fail(`does not end within ${patienceMs / 1_000} s`);
      isAlive = false;
    }, patienceMs);
    thread.on('message', (result: Result) => {
      isAlive = true;
      seed = result.seed + share.step;
      onResult(result);
    });
    thread.on('error', (error) => {
      fail(`ended its thread: ${String(error)}`);
    });
    thread.on('exit', () => {
      clearInterval(watch);
      resolve();
    });
  });

/** Runs as many worlds as are wanted, from this seed on, side by side. */
export const runFleet = async (options: FleetOptions): Promise<void> => {
  const { seed, worlds, workers, change } = options;
  const shares = Array.from({ length: Math.min(workers, worlds) }, (_, index) => ({
    first: seed + index,
    step: workers,
    end: seed + worlds,
    ...(change && { change }),
  }));
  await Promise.all(shares.map((share) => runShare(share, options)));
};
