import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { confirmed, notDone, run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { postBatch } from '../send/post.ts';

/** `forget <who>`: deletes what the destination holds of a user. */
export const addForget = (program: Command, cli: Cli): void => {
  const command = program
    .command('forget <who>')
    .description('delete what is held of a user, by e-mail or userId (not the lead in Marketo)')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
Sends a delete, as Segment does. Mailboxes, aliases, held traits, visits and activities that wait, and
dead letters go. A userId takes every e-mail along that it has had; an e-mail takes its lead alone.
The lead in Marketo stays: delete it there.`,
    );
  command.action((who: string, { yes }: { readonly yes?: true }) =>
    run(cli, command, async (target, say) => {
      if (!(await confirmed(cli.io, 'Delete all that is held of this user?', yes)))
        return notDone(cli.io);
      const messageId = `forget-${randomUUID()}`;
      const answer = await postBatch(
        {
          url: target.ingestUrl,
          key: await target.deleteKey(),
          stopped: cli.io.stopped,
          retries: cli.retries,
        },
        [JSON.stringify({ type: 'delete', userId: who, messageId })],
      );
      const [refused] = answer.refused;
      if (refused) {
        say({ accepted: false, ...refused }, () => `refused: ${refused.message}`);
        return exits.no;
      }
      say({ accepted: true, messageId }, () =>
        [
          'accepted: it is deleted within seconds.',
          `How much there was: marketo-destination event ${messageId}`,
        ].join('\n'),
      );
      return exits.done;
    }),
  );
};
