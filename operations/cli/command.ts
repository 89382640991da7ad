import type { Command } from 'commander';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandTiming } from '../limits.ts';
import { OperationsError } from '../error.ts';
import { exits } from './exits.ts';
import type { Io } from './io.ts';
import type { Retries } from './send/post.ts';
import type { Target, TargetOptions } from './target.ts';

/** What every command is given. */
export interface Cli {
  readonly io: Io;
  readonly open: (options: TargetOptions) => Promise<Target>;
  /** How a request of ours to ingest is tried again. */
  readonly retries: Retries;
  /** Gets the exit code of the command that ran. */
  readonly ended: (exit: number) => void;
}

interface Global extends TargetOptions {
  readonly json?: true;
}

/** What a command does with its destination; resolves to its exit code. */
type Work = (target: Target, say: (answer: unknown, text: () => string) => void) => Promise<number>;

/** Rejects a moment after Ctrl-C: work that heeds it by itself gets to say where it stopped. */
const whenStopped = async (stopped: AbortSignal): Promise<never> => {
  if (!stopped.aborted) await once(stopped, 'abort');
  await sleep(commandTiming.stopGraceMs, undefined, { ref: false });
  throw stopped.reason;
};

/**
 * Opens the destination that the command line names, works, and closes it. `say` writes the answer
 * as JSON under `--json` and as text without. Rejects at Ctrl-C, whatever the work is waiting for.
 */
export const run = async (cli: Cli, command: Command, work: Work): Promise<void> => {
  const { json, ...options } = command.optsWithGlobals<Global>();
  const target = await cli.open(options);
  try {
    const say = (answer: unknown, text: () => string): void => {
      cli.io.out(json ? JSON.stringify(answer) : text());
    };
    cli.ended(await Promise.race([work(target, say), whenStopped(cli.io.stopped)]));
  } finally {
    target.close();
  }
};

/**
 * Lets somebody confirm what cannot be undone.
 * @throws OperationsError `bad-input` where nobody is there to be asked
 */
export const confirmed = async (io: Io, question: string, yes?: true): Promise<boolean> => {
  if (yes) return true;
  if (!io.isTerminal)
    throw new OperationsError('bad-input', `${question} Say --yes to do it without being asked.`);
  const answer = await io.ask(`${question} [y/N] `);
  return /^y(?:es)?$/i.test(answer.trim());
};

export const notDone = (io: Io): number => {
  io.err('nothing was done\n');
  return exits.no;
};
