import { appendFile } from 'node:fs/promises';
import type { BadLine } from './batches.ts';

/** How many refused lines are shown; all of them are in the file. */
const maxShown = 10;

/** Keeps refused lines in a file, one JSON object each, and shows the first. */
export const createRefusals = (path: string, show: (text: string) => void) => {
  let shown = 0;
  return async (bad: readonly BadLine[]): Promise<void> => {
    if (bad.length === 0) return;
    await appendFile(path, bad.map((one) => `${JSON.stringify(one)}\n`).join(''));
    for (const { line, message } of bad.slice(0, Math.max(0, maxShown - shown)))
      show(`line ${line}: ${message}`);
    shown += bad.length;
  };
};
