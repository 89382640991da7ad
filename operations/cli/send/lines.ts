import { open } from 'node:fs/promises';

/** A line of a file, without its end. */
export interface FileLine {
  /** Where it begins, in bytes. */
  readonly at: number;
  /** Where the next one begins. */
  readonly next: number;
  /** From 1. */
  readonly number: number;
  /** It has no end yet: somebody may still be writing it. */
  readonly isOpen?: true;
  /** Absent where it is longer than `mostBytes`. */
  readonly text?: string;
}

const newline = 0x0a;

/** The lines of a file from a position on. What is too long is skipped, never held in memory. */
export async function* linesOf(
  path: string,
  from: { readonly offset: number; readonly line: number },
  maxBytes: number,
): AsyncGenerator<FileLine, void> {
  const file = await open(path);
  try {
    let held: Buffer[] = [];
    let heldBytes = 0;
    let begin = from.offset;
    let number = from.line;
    const take = (open: Pick<FileLine, 'isOpen'> = {}): FileLine => {
      const next = begin + heldBytes;
      number += 1;
      const isShort = heldBytes <= maxBytes;
      const text = isShort ? { text: Buffer.concat(held).toString('utf8').trimEnd() } : {};
      const line = { at: begin, next, number, ...open, ...text };
      held = [];
      heldBytes = 0;
      begin = next;
      return line;
    };
    const chunks = file.createReadStream({ start: from.offset, autoClose: false });
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      let at = 0;
      while (at < chunk.length) {
        const found = chunk.indexOf(newline, at);
        const end = found < 0 ? chunk.length : found + 1;
        heldBytes += end - at;
        if (heldBytes <= maxBytes) held.push(chunk.subarray(at, end));
        else held = [];
        at = end;
        if (found >= 0) yield take();
      }
    }
    if (heldBytes > 0) yield take({ isOpen: true });
  } finally {
    await file.close();
  }
}
