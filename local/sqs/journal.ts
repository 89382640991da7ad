import { closeSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import type { Changes, StoredQueue } from './changes.ts';
import { foldLines, linesOf, parseLine } from './journal-lines.ts';
import type { JournalLine } from './journal-lines.ts';

export interface Journal {
  /** The state when the journal was opened. */
  readonly stored: readonly StoredQueue[];
  /** Writes down each change before the one who asked for it gets an answer. */
  readonly changes: Changes;
  close(): void;
}

const chunkBytes = 1_048_576;
const newline = 0x0a;

/** The lines of a file piece by piece, as a journal may be longer than a string can be. */
const textLines = function* (file: number): Generator<string> {
  let rest = Buffer.alloc(0);
  for (;;) {
    const chunk = Buffer.alloc(chunkBytes);
    const bytes = readSync(file, chunk);
    if (bytes === 0) break;
    const text = Buffer.concat([rest, chunk.subarray(0, bytes)]);
    let start = 0;
    for (let end = text.indexOf(newline); end !== -1; end = text.indexOf(newline, start)) {
      yield text.toString('utf8', start, end);
      start = end + 1;
    }
    rest = Buffer.from(text.subarray(start));
  }
  // What follows the last newline was cut off while it was written: nobody was told that it happened.
};

const readLines = function* (path: string, file: number): Generator<JournalLine> {
  let number = 0;
  for (const text of textLines(file)) {
    number += 1;
    const line = parseLine(text);
    if (line === undefined)
      throw new Error(
        `${path}: line ${number} is no line of the queues' journal. Is it another file? Repair it, or move it away to start with empty queues.`,
      );
    yield line;
  }
};

/** Writes all of a line: one `write` may take less than it was given. */
const writeLine = (file: number, line: JournalLine): void => {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
};

const read = (path: string, now: number): readonly StoredQueue[] => {
  const file = openSync(path, 'a+', 0o600);
  try {
    return foldLines(readLines(path, file), now);
  } finally {
    closeSync(file);
  }
};

const changesInto = (write: (line: JournalLine) => void): Changes => ({
  queue: (queue, attributes) => {
    write({ queue, attributes: { ...attributes } });
  },
  message: (queue, message) => {
    write({ queue, message });
  },
  moved: (queue, { id, receives, firstReceivedAt, receivedAt, visibleAt }) => {
    write({ queue, moved: { id, receives, firstReceivedAt, receivedAt, visibleAt } });
  },
  gone: (queue, id) => {
    write({ queue, gone: id });
  },
  remembered: (queue, entry) => {
    write({ queue, remembered: entry });
  },
  purged: (queue) => {
    write({ queue, purged: true });
  },
});

/**
 * Opens an append-only journal, one JSON line a change, and rewrites it to the fewest lines first.
 * A line is in the operating system's hands before its change is answered, so `kill -9` loses
 * nothing that was promised; a power cut may (no fsync). Holds bodies: readable by its owner only.
 * Throws when a line other than an unfinished last one cannot be read.
 */
export const openJournal = (path: string, now: number): Journal => {
  const stored = read(path, now);
  const fresh = `${path}.new`;
  const file = openSync(fresh, 'w', 0o600);
  for (const line of linesOf(stored)) writeLine(file, line);
  renameSync(fresh, path);
  return {
    stored,
    changes: changesInto((line) => {
      writeLine(file, line);
    }),
    close: () => {
      closeSync(file);
    },
  };
};
