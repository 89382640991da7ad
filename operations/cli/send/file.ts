import { sendFileLimits } from '../../limits.ts';
import { portionsOf, type BadLine } from './batches.ts';
import { linesOf } from './lines.ts';
import type { Position } from './position.ts';
import { postBatch, type IngestEndpoint } from './post.ts';

/** What has been settled by now. */
interface Step {
  readonly position: Position;
  /** Lines that were refused since the step before, in their order. */
  readonly refused: readonly BadLine[];
  /** The last line is not finished: it is not sent, and lies behind the position. */
  readonly unfinished: number | undefined;
}

/**
 * Sends a file from a position on, one request after the other; a step is yielded when its lines are
 * safe or refused. Rejects as `postBatch` does, and when it is stopped.
 */
export async function* sendFile(
  path: string,
  from: Position,
  endpoint: IngestEndpoint,
): AsyncGenerator<Step, void> {
  let position = from;
  const lines = linesOf(path, from, sendFileLimits.bytes);
  for await (const { events, bad, offset, line, unfinished } of portionsOf(lines, from.id)) {
    endpoint.stopped.throwIfAborted();
    const texts = events.map(({ text }) => text);
    const { refused } = texts.length === 0 ? { refused: [] } : await postBatch(endpoint, texts);
    const atDoor = refused.map(({ index, field, message }) => ({
      line: events[index]?.line ?? 0,
      message: `${field}: ${message}`,
    }));
    position = {
      ...position,
      offset,
      line,
      sent: position.sent + events.length - refused.length,
      refused: position.refused + bad.length + refused.length,
    };
    yield { position, refused: [...bad, ...atDoor].sort((a, b) => a.line - b.line), unfinished };
  }
}
