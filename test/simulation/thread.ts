import { parentPort, workerData } from 'node:worker_threads';
import type { Recipe } from './run.ts';
import { runWorld } from './run.ts';

/** Which worlds a thread runs: those with the seeds `first`, `first + step`, … below `end`. */
export interface Share extends Omit<Recipe, 'seed'> {
  readonly first: number;
  readonly step: number;
  readonly end: number;
}

const { first, step, end, ...recipe } = workerData as Share;
for (let seed = first; seed < end; seed += step)
  parentPort?.postMessage(await runWorld({ ...recipe, seed }));
