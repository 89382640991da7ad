import type { Command } from 'commander';
import { rm, stat } from 'node:fs/promises';
import { OperationsError } from '../../error.ts';
import { run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { createBulkRequest } from '../send/bulk.ts';
import { sendFile } from '../send/file.ts';
import { beginning, readPosition, writePosition, type Position } from '../send/position.ts';
import { createProgress } from '../send/progress.ts';
import { createRefusals } from '../send/refusals.ts';

interface Options {
  readonly position?: string;
  readonly refused?: string;
  readonly restart?: true;
  readonly bulk?: true;
}

const sizeOf = async (path: string): Promise<number> => {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return found.size;
  const problem = found ? `${path} is no file` : `there is no file ${path}`;
  throw new OperationsError('bad-input', problem);
};

/** The same file begun anew gives its events the same ids; another one that took its name does not. */
const startOf = async (
  file: string,
  positionPath: string,
  { restart }: Options,
): Promise<Position> => {
  if (!restart) return readPosition(file, positionPath);
  const before = await readPosition(file, positionPath).catch(() => undefined);
  return beginning(before?.id);
};

/** `send <file>`: a file of events, one JSON object a line, to ingest. */
export const addSend = (program: Command, cli: Cli): void => {
  const command = program
    .command('send <file>')
    .description('send a file of events, one JSON object a line; goes on where it was stopped')
    .option('--position <file>', 'where to keep how far it came (default: <file>.position)')
    .option('--refused <file>', 'where refused lines go (default: <file>.refused)')
    .option('--bulk', 'let the leads leave by bulk imports, whatever the calls of the day')
    .option('--restart', 'begin anew, whatever the position says')
    .addHelpText(
      'after',
      `
Each line is an event as Segment's SDKs send it: {"type": "identify", "userId": …, "traits": {…}}.
The write key is that of the stack's secret; locally it is local-write-key, or the variable WRITE_KEY.
--bulk is for an archive of many leads: they gather for files of up to 20,000 rows, and leads that no file can carry
wait up to 15 minutes for that. It needs the REST API.
Ctrl-C stops it; the same command again goes on. No event is sent under two names: one without a
messageId gets one of its place in the file. A file that has grown is sent from where it ended.`,
    );
  command.action((file: string, options: Options) =>
    run(cli, command, async (target, say) => {
      const { io } = cli;
      const totalBytes = await sizeOf(file);
      const positionPath = options.position ?? `${file}.position`;
      const refusedPath = options.refused ?? `${file}.refused`;
      const begunAt = await startOf(file, positionPath, options);
      if (options.restart) await rm(refusedPath, { force: true });
      // Before anything is sent: the ids that the file gives outlive a crash.
      await writePosition(file, positionPath, begunAt);
      const bulk = createBulkRequest(target.operations, options.bulk === true, () =>
        performance.now(),
      );
      await bulk.ask();
      const progress = createProgress(io, totalBytes, begunAt, () => performance.now());
      const refusals = createRefusals(refusedPath, progress.note);
      const endpoint = {
        url: target.ingestUrl,
        key: await target.writeKey(),
        stopped: io.stopped,
        retries: cli.retries,
        onWait: progress.waiting,
      };
      let position = begunAt;
      let unfinished: number | undefined;
      try {
        for await (const step of sendFile(file, begunAt, endpoint)) {
          await refusals(step.refused);
          ({ position, unfinished } = step);
          await writePosition(file, positionPath, position);
          progress.show(position);
          await bulk.ask();
        }
      } catch (error) {
        progress.clear();
        io.err(`stopped before line ${position.line + 1}; the same command again goes on there\n`);
        throw error;
      }
      progress.clear();
      const bulkUntil = await bulk.askLast();
      const { sent, refused } = position;
      const sentNow = sent - begunAt.sent;
      const eventsPerSecond = Math.round(progress.rate(position));
      const isDone =
        position.offset > 0 && position.offset === begunAt.offset && unfinished === undefined;
      const more = {
        ...(refused > 0 && { refusedFile: refusedPath }),
        ...(unfinished !== undefined && { unfinishedLine: unfinished }),
        ...(bulkUntil !== undefined && { bulkUntil }),
      };
      say({ file, sent, refused, sentNow, eventsPerSecond, ...more }, () =>
        [
          `${sent} events sent (${sentNow} now, ${eventsPerSecond} a second), ${refused} refused`,
          refused > 0 && `the refused lines and why: ${refusedPath}`,
          bulkUntil !== undefined &&
            `their leads leave by bulk imports until ${new Date(bulkUntil).toISOString()}; what no file can carry goes by calls`,
          isDone && 'nothing was left to send; --restart sends the file again',
          unfinished !== undefined &&
            `line ${unfinished} is no JSON and not finished; the same command sends it once it is`,
        ]
          .filter(Boolean)
          .join('\n'),
      );
      return refused > 0 || unfinished !== undefined ? exits.no : exits.done;
    }),
  );
};
