import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { confirmed, notDone, run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { lookUp } from './lead.ts';
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
      const known = (await lookUp(target.operations, who)) !== undefined;
      const question = known
        ? `Delete all that is held of ${who}?`
        : `Nobody is known here as ${who}. Delete what may still be on its way?`;
      if (!(await confirmed(cli.io, question, yes))) return notDone(cli.io);
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
      say({ accepted: true, known, messageId }, () =>
        [
          known
            ? 'accepted: it is deleted within seconds.'
            : 'nobody is known under that name; what may still be on its way is deleted.',
          `How much there was: npx marketo-destination event ${messageId}`,
        ].join('\n'),
      );
      return known ? exits.done : exits.no;
    }),
  );
};
