import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../lambdas/segment/event.ts';
import { isObject } from '../../../lambdas/segment/json.ts';
import { timeIn } from '../../../lambdas/segment/timestamps.ts';
import { sendFileLimits } from '../../limits.ts';
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
  /** The last line, which somebody may still be writing. */
  readonly unfinished?: number;
  /** Where the next portion begins. */
  readonly offset: number;
  readonly line: number;
}

/**
 * An event without a messageId gets one of its file, place and content, so that a file that is sent
 * again after a crash repeats nothing, and no other file's event is taken for it.
 */
const named = (event: JsonObject, text: string, of: string): JsonObject => {
  const { messageId } = event;
  if (typeof messageId === 'string' && messageId !== '') return event;
  const hash = createHash('sha256').update(`${of}\n${text}`).digest('base64url');
  return { ...event, messageId: `file-${hash}` };
};

/**
 * Archives keep the `sentAt` of the first time; ingest would take it for now, and an old event for a
 * new one that wins over what came since. Where there is a usable `timestamp` it is the corrected one.
 */
const dated = (event: JsonObject): JsonObject => {
  const { sentAt, originalTimestamp, timestamp } = event;
  const isDated = timeIn(timestamp) !== undefined;
  if (sentAt === undefined && (originalTimestamp === undefined || !isDated)) return event;
  return { ...event, sentAt: null, ...(isDated && { originalTimestamp: null }) };
};

const read = (line: FileLine, file: string): FileEvent | BadLine | undefined => {
  const { number } = line;
  const text = number === 1 ? line.text?.replace(/^\uFEFF/, '') : line.text;
  if (text === undefined)
    return { line: number, message: `has more than ${sendFileLimits.bytes} bytes` };
  if (text.trim() === '') return undefined;
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return { line: number, message: 'is no JSON' };
  }
  if (!isObject(event)) return { line: number, message: 'is no event: it must be a JSON object' };
  const ready = named(dated(event), text, `${file}\n${line.at}`);
  return { line: number, text: ready === event ? text : JSON.stringify(ready) };
};

/**
 * Gathers the lines of the file of this id into portions, each as large as one request may be. A last
 * line that is neither ended nor an event is left for the next time.
 */
export async function* portionsOf(
  lines: AsyncIterable<FileLine>,
  file: string,
): AsyncGenerator<Portion, void> {
  let events: FileEvent[] = [];
  let bad: BadLine[] = [];
  let bytes = 0;
  let unfinished: Pick<Portion, 'unfinished'> = {};
  let end: Pick<Portion, 'offset' | 'line'> | undefined;
  const portion = (): Portion | undefined => end && { events, bad, ...end };
  for await (const line of lines) {
    const one = read(line, file);
    if (line.isOpen && one && !('text' in one)) {
      unfinished = { unfinished: line.number };
      end = { offset: line.at, line: line.number - 1 };
      break;
    }
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
    // Of a line without an end, the end still comes.
    end = { offset: line.next, line: line.isOpen ? line.number - 1 : line.number };
  }
  const last = portion();
  if (last) yield { ...last, ...unfinished };
}
