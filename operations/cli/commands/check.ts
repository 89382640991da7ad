import type { Command } from 'commander';
import { run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { plain } from '../table.ts';

const marks = {
  ok: ['green', '✓'],
  warning: ['yellow', '!'],
  wrong: ['red', '✗'],
} as const;

/** `check`: whether everything is set up so that events reach Marketo. */
export const addCheck = (program: Command, cli: Cli): void => {
  const command = program
    .command('check')
    .description('look at credentials, fields and reachability, and say what to do')
    .addHelpText('after', '\nAsks Marketo which fields it has: one or two calls of the day.');
  command.action(() =>
    run(cli, command, async ({ operations }, say) => {
      const checks = await operations.check();
      say(checks, () =>
        checks
          .flatMap(({ name, state, says, todo }) => {
            const [colour, mark] = marks[state];
            return [
              `${cli.io.paint(colour, mark)} ${plain(name)}: ${plain(says)}`,
              ...(todo === undefined ? [] : [`  → ${plain(todo)}`]),
            ];
          })
          .join('\n'),
      );
      return checks.some(({ state }) => state === 'wrong') ? exits.no : exits.done;
    }),
  );
};
