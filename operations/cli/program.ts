import { Command, CommanderError } from 'commander';
import { version } from '../../lambdas/version.ts';
import { sendFileTiming } from '../limits.ts';
import { OperationsError } from '../error.ts';
import type { Cli } from './command.ts';
import { addAdopt } from './commands/adopt.ts';
import { addCheck } from './commands/check.ts';
import { addConsole } from './commands/console.ts';
import { addDead } from './commands/dead.ts';
import { addEvent } from './commands/event.ts';
import { addForget } from './commands/forget.ts';
import { addLead } from './commands/lead.ts';
import { addMapping } from './commands/mapping.ts';
import { addPreview } from './commands/preview.ts';
import { addSecrets } from './commands/secrets.ts';
import { addSend } from './commands/send.ts';
import { addSimulator } from './commands/simulator.ts';
import { addUpgradeCheck } from './commands/upgradeCheck.ts';
import { exitFor, exits } from './exits.ts';
import type { Io } from './io.ts';
import { openTarget } from './target.ts';

const help = `
Without --stack a command is for the local pipeline (npm start). With it, for the deployed stack of that
name, with the AWS credentials of your shell.

Ends with 0 when it is done, 1 when the answer is no (unknown, refused, a check failed), 2 when the command
was wrong, 3 when the destination does not answer, 4 when it refuses you, 5 when its answer is of no use.

Examples:
  $ npx marketo-destination lead jane@example.com
  $ npx marketo-destination send events.jsonl --stack marketo-destination
  $ npx marketo-destination dead list --json`;

const programOf = (cli: Cli): Command => {
  const program = new Command('marketo-destination')
    .description(
      'The tools of the Marketo destination: send events, see what became of them, mend.',
    )
    .version(version)
    .option('--stack <name>', 'a deployed stack; absent: the local pipeline')
    .option('--region <region>', "the stack's region; absent: that of your AWS configuration")
    .option('--url <url>', "the local pipeline's address (default: http://localhost:8787)")
    .option('--json', 'answer with JSON')
    .addHelpText('after', help)
    .showHelpAfterError('(--help says what there is)')
    .exitOverride();
  addSend(program, cli);
  addLead(program, cli);
  addEvent(program, cli);
  addDead(program, cli);
  addCheck(program, cli);
  addMapping(program, cli);
  addPreview(program, cli);
  addForget(program, cli);
  addConsole(program, cli);
  addSimulator(program, cli);
  addSecrets(program, cli);
  addAdopt(program, cli);
  addUpgradeCheck(program, cli);
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        cli.io.out(text.trimEnd());
      },
      writeErr: (text) => {
        cli.io.err(text);
      },
    });
    command.commands.forEach(quiet);
  };
  quiet(program);
  return program;
};

/** Runs one command line (without `node` and the script). Resolves to the exit code; never rejects. */
export const main = async (
  argv: readonly string[],
  io: Io,
  parts: Partial<Pick<Cli, 'open' | 'retries'>> = {},
): Promise<number> => {
  let exit: number = exits.done;
  const ended = (code: number): void => {
    exit = code;
  };
  try {
    await programOf({
      io,
      open: (options) => openTarget(options, io.env),
      retries: sendFileTiming,
      ended,
      ...parts,
    }).parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exits.done : exits.usage;
    if (io.stopped.aborted) return exits.stopped;
    const { message, stack = message } = error as Error;
    // Any other error is a defect, and its place matters.
    io.err(`${error instanceof OperationsError ? message : stack}\n`);
    return exitFor(error);
  }
};
