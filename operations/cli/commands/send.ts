import type { Command } from 'commander';
import { appendFile, rm, stat } from 'node:fs/promises';
import { sendFileLimits } from '../../../lib/timing.ts';
import { OperationsError } from '../../error.ts';
import { run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import type { BadLine } from '../send/batches.ts';
import { portionsOf } from '../send/batches.ts';
import { linesOf } from '../send/lines.ts';
import { beginning, readPosition, writePosition } from '../send/position.ts';
import { postBatch } from '../send/post.ts';
import { createProgress } from '../send/progress.ts';

interface Options {
  readonly position?: string;
  readonly refused?: string;
  readonly restart?: true;
}

/** How many refused lines are shown; all of them are in the file. */
const mostShown = 10;

const sizeOf = async (path: string): Promise<number> => {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new OperationsError('bad-input', `there is no file ${path}`);
  return found.size;
};

/** `send <file>`: a file of events, one JSON object a line, to ingest. */
export const addSend = (program: Command, cli: Cli): void => {
  const command = program
    .command('send <file>')
    .description('send a file of events, one JSON object a line; goes on where it was stopped')
    .option('--position <file>', 'where to keep how far it came (default: <file>.position)')
    .option('--refused <file>', 'where refused lines go (default: <file>.refused)')
    .option('--restart', 'begin anew, whatever the position says')
    .addHelpText(
      'after',
      `
Each line is an event as Segment's SDKs send it: {"type": "identify", "userId": …, "traits": {…}}.
The write key is that of the stack's secret; locally it is local-write-key, or the variable WRITE_KEY.
Ctrl-C stops it; the same command again goes on. No event is sent twice under two names: one without a
messageId gets one of its place in the file. A file that has grown is sent from where it ended.`,
    );
  command.action((file: string, options: Options) =>
    run(cli, command, async (target, say) => {
      const { io } = cli;
      const totalBytes = await sizeOf(file);
      const positionPath = options.position ?? `${file}.position`;
      const refusedPath = options.refused ?? `${file}.refused`;
      if (options.restart)
        await Promise.all([positionPath, refusedPath].map((path) => rm(path, { force: true })));
      const begunAt = options.restart ? beginning : await readPosition(file, positionPath);
      let position = begunAt;
      const progress = createProgress(io, totalBytes, begunAt, () => performance.now());
      const door = {
        url: target.ingestUrl,
        key: await target.writeKey(),
        stopped: io.stopped,
        retries: cli.retries,
        onWait: progress.waiting,
      };
      let shown = 0;
      const tellRefused = async (bad: readonly BadLine[]): Promise<void> => {
        if (bad.length === 0) return;
        await appendFile(refusedPath, bad.map((one) => `${JSON.stringify(one)}\n`).join(''));
        for (const { line, message } of bad.slice(0, Math.max(0, mostShown - shown)))
          progress.note(`line ${line}: ${message}`);
        shown += bad.length;
      };
      try {
        const lines = linesOf(file, position, sendFileLimits.bytes);
        for await (const { events, bad, offset, line } of portionsOf(lines)) {
          io.stopped.throwIfAborted();
          const { refused } =
            events.length === 0
              ? { refused: [] }
              : await postBatch(
                  door,
                  events.map(({ text }) => text),
                );
          const atDoor = refused.map(({ index, field, message }) => ({
            line: events[index]?.line ?? 0,
            message: `${field}: ${message}`,
          }));
          await tellRefused([...bad, ...atDoor].sort((a, b) => a.line - b.line));
          position = {
            offset,
            line,
            sent: position.sent + events.length - refused.length,
            refused: position.refused + bad.length + refused.length,
          };
          await writePosition(file, positionPath, position);
          progress.show(position);
        }
      } catch (error) {
        progress.clear();
        const at = `stopped before line ${position.line + 1}; the same command again goes on there`;
        io.err(`${at}\n`);
        throw error;
      }
      progress.clear();
      const { sent, refused, line } = position;
      const now = sent - begunAt.sent;
      const summary = {
        file,
        lines: line,
        sent,
        refused,
        sentNow: now,
        eventsPerSecond: Math.round(progress.rate(position)),
        ...(refused > 0 && { refusedFile: refusedPath }),
      };
      say(summary, () =>
        [
          `${sent} events sent (${now} now, ${summary.eventsPerSecond} a second), ${refused} refused`,
          ...(refused > 0 ? [`the refused lines and why: ${refusedPath}`] : []),
          ...(now === 0 && position.line > 0 && refused === begunAt.refused
            ? ['nothing was left to send; --restart sends the file again']
            : []),
        ].join('\n'),
      );
      return refused > begunAt.refused ? exits.no : exits.done;
    }),
  );
};
