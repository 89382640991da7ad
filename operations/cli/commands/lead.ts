import type { Command } from 'commander';
import type { Operations } from '../../ports.ts';
import type { LeadView, Who } from '../../views.ts';
import { run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { leadText } from '../printLead.ts';

interface Options {
  readonly userId?: true;
  readonly anonymousId?: true;
  readonly cookie?: true;
  readonly hash?: true;
}

/** What a name may be, the likeliest first. */
const meaningsOf = (id: string, { userId, anonymousId, cookie, hash }: Options): readonly Who[] => {
  if (hash) return [{ lead: id }, { key: id }];
  if (userId) return [{ userId: id }];
  if (anonymousId) return [{ anonymousId: id }];
  if (cookie || id.includes('_mch-')) return [{ cookie: id }];
  const others = [{ userId: id }, { anonymousId: id }];
  return id.includes('@') ? [{ email: id }, ...others] : others;
};

/** The first that somebody is known under. */
export const lookUp = async (
  operations: Pick<Operations, 'lead'>,
  id: string,
  options: Options = {},
): Promise<LeadView | undefined> => {
  for (const who of meaningsOf(id, options)) {
    const view = await operations.lead(who);
    if (view) return view;
  }
  return undefined;
};

/** `lead <who>`: everything that is known of a person, the answer first. */
export const addLead = (program: Command, cli: Cli): void => {
  const command = program
    .command('lead <who>')
    .description('why somebody is, or is not, in Marketo: fields, lock, events and calls')
    .option('--user-id', 'take <who> for a userId')
    .option('--anonymous-id', 'take <who> for an anonymousId')
    .option('--cookie', 'take <who> for the token of a Munchkin cookie')
    .option('--hash', 'take <who> for the hashed id that lines and dead letters have')
    .addHelpText(
      'after',
      '\nWithout an option <who> is tried as an e-mail, a userId, an anonymousId, a cookie.',
    );
  command.action((id: string, options: Options) =>
    run(cli, command, async ({ operations }, say) => {
      const view = await lookUp(operations, id, options);
      say(view ?? null, () =>
        view === undefined
          ? 'nobody is known under that name: no event that named it has been absorbed, or it was long ago'
          : leadText(view, cli.io),
      );
      return view === undefined ? exits.no : exits.done;
    }),
  );
};
