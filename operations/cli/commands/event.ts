import type { Command } from 'commander';
import { run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { eventText } from '../printEvent.ts';

/** `event <messageId>`: what became of one event. */
export const addEvent = (program: Command, cli: Cli): void => {
  const command = program
    .command('event <messageId>')
    .description('what became of an event, step by step')
    .option('--hash', 'take <messageId> for the short hash that the lines of the log have');
  command.action((id: string, { hash }: { readonly hash?: true }) =>
    run(cli, command, async ({ operations }, say) => {
      const view = await operations.event(hash ? { message: id } : { messageId: id });
      say(view ?? null, () =>
        view === undefined
          ? 'The history does not have that event: it still waits on the events queue, was not accepted here, or its history has ended.'
          : eventText(view, cli.io),
      );
      return view === undefined ? exits.no : exits.done;
    }),
  );
};
