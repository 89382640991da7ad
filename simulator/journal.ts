import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { closeToOthers, makeOwnFolder, ownerFile } from './ownerOnly.ts';

/** An append-only file of JSON lines. */
interface Journal<Entry> {
  append(entry: Entry): void;
  /** Puts these entries in the place of all, at once: a reader sees the old file or the new one. */
  rewrite(entries: readonly Entry[]): void;
}

const line = (entry: unknown): string => `${JSON.stringify(entry)}\n`;

/**
 * The entries in the file, oldest first; none when there is no file. A last line that was cut off
 * in the middle of its write (no line feed at its end) is left out: nobody was told of it.
 */
export const readJournal = (path: string): readonly unknown[] => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((row) => row !== '')
    .map((row, index): unknown => {
      try {
        return JSON.parse(row);
      } catch (cause) {
        const where = `line ${index + 1} of the simulated Marketo's journal ${path}`;
        throw new Error(`${where} is not JSON: delete the file to start afresh`, { cause });
      }
    });
};

/** Writes reach the operating system before the call returns, so they survive `kill -9`. */
export const openJournal = <Entry>(path: string): Journal<Entry> => {
  makeOwnFolder(dirname(path));
  closeToOthers(path, 'file');
  return {
    append: (entry) => {
      appendFileSync(path, line(entry), { mode: ownerFile });
    },
    rewrite: (entries) => {
      const next = `${path}.next`;
      writeFileSync(next, entries.map(line).join(''), { mode: ownerFile });
      renameSync(next, path);
    },
  };
};
