import type { Command } from 'commander';
import type { Who } from '../../views.ts';
import { run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { leadText } from '../printLead.ts';

interface Options {
  readonly userId?: true;
  readonly anonymousId?: true;
  readonly cookie?: true;
}

const whoOf = (id: string, { userId, anonymousId, cookie }: Options): Who => {
  if (anonymousId) return { anonymousId: id };
  if (cookie) return { cookie: id };
  return userId || !id.includes('@') ? { userId: id } : { email: id };
};

/** `lead <who>`: everything that is known of a person, the answer first. */
export const addLead = (program: Command, cli: Cli): void => {
  const command = program
    .command('lead <who>')
    .description('why somebody is, or is not, in Marketo: fields, lock, events and calls')
    .option('--user-id', 'take <who> for a userId although it has an @')
    .option('--anonymous-id', 'take <who> for an anonymousId')
    .option('--cookie', 'take <who> for the token of a Munchkin cookie')
    .addHelpText('after', '\n<who> is an e-mail, or a userId where it has no @.');
  command.action((id: string, options: Options) =>
    run(cli, command, async ({ operations }, say) => {
      const view = await operations.lead(whoOf(id, options));
      say(view ?? null, () =>
        view === undefined
          ? 'nobody is known under that name: no event that named it has been absorbed, or it was long ago'
          : leadText(view, cli.io),
      );
      return view === undefined ? exits.no : exits.done;
    }),
  );
};
