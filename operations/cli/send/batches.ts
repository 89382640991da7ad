import { createHash } from 'node:crypto';
import { sendFileLimits } from '../../../lib/timing.ts';
import type { FileLine } from './lines.ts';

/** An event of a file, as it is sent. */
interface FileEvent {
  readonly line: number;
  readonly text: string;
}

export interface BadLine {
  readonly line: number;
  readonly message: string;
}

/** Lines that are settled together: events for one request, and what is none. */
export interface Portion {
  readonly events: readonly FileEvent[];
  readonly bad: readonly BadLine[];
  /** Where the next portion begins. */
  readonly offset: number;
  readonly line: number;
}

/**
 * An event without a messageId gets one of its place and content, so that a file that is sent again
 * after a crash repeats nothing.
 */
const named = (event: Record<string, unknown>, { at, text = '' }: FileLine): string => {
  const { messageId } = event;
  if (typeof messageId === 'string' && messageId !== '') return text;
  const hash = createHash('sha256').update(`${at}\n${text}`).digest('base64url');
  return JSON.stringify({ ...event, messageId: `file-${hash}` });
};

const read = (line: FileLine): FileEvent | BadLine | undefined => {
  const { number, text } = line;
  if (text === undefined)
    return { line: number, message: `has more than ${sendFileLimits.bytes} bytes` };
  if (text.trim() === '') return undefined;
  let event: unknown;
  try {
    event = JSON.parse(number === 1 ? text.replace(/^\uFEFF/, '') : text);
  } catch {
    return { line: number, message: 'is no JSON' };
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    return { line: number, message: 'is no event: it must be a JSON object' };
  return { line: number, text: named(event as Record<string, unknown>, line) };
};

/** Gathers lines into portions, each as large as one request may be. */
export async function* portionsOf(lines: AsyncIterable<FileLine>): AsyncGenerator<Portion, void> {
  let events: FileEvent[] = [];
  let bad: BadLine[] = [];
  let bytes = 0;
  let end: Pick<Portion, 'offset' | 'line'> | undefined;
  const portion = (): Portion | undefined => end && { events, bad, ...end };
  for await (const line of lines) {
    const one = read(line);
    const more = one && 'text' in one ? Buffer.byteLength(one.text) + 1 : 0;
    const full = portion();
    const isFull =
      events.length === sendFileLimits.events ||
      bad.length === sendFileLimits.events ||
      (events.length > 0 && bytes + more > sendFileLimits.bytes);
    if (isFull && full) {
      yield full;
      events = [];
      bad = [];
      bytes = 0;
    }
    if (one && 'text' in one) events.push(one);
    else if (one) bad.push(one);
    bytes += more;
    end = { offset: line.next, line: line.number };
  }
  const last = portion();
  if (last) yield last;
}
