import { type Command, Option } from 'commander';
import { OperationsError } from '../../error.ts';
import { setSecret } from '../../secrets/set.ts';
import type { SecretName } from '../../secrets/stores.ts';
import type { Cli } from '../command.ts';
import { exits } from '../exits.ts';

interface Options {
  readonly stack?: string;
  readonly region?: string;
  readonly only?: SecretName;
}

const titles: Readonly<Record<SecretName, string>> = {
  marketo: 'Marketo’s credentials',
  hash: 'hashes for Munchkin (leave blank where no browser asks for them)',
  ingest: 'keys of the senders',
};

/** `secrets set`: asks for each value, tries it, and stores it. */
export const addSecrets = (program: Command, cli: Cli): void => {
  const secrets = program.command('secrets').description('the secrets of a deployed stack');
  const set = secrets
    .command('set')
    .description('ask for each value, try it against Marketo, and store it; never shows one')
    .addOption(
      new Option('--only <secret>', 'one secret instead of all').choices(Object.keys(titles)),
    )
    .addHelpText(
      'after',
      `
A value that is left blank stays as it is. Marketo's credentials are tried with one call before they are
stored. Munchkin's private key cannot be tried: Marketo has no call for it.`,
    );
  set.action(async () => {
    const { stack, region, only } = set.optsWithGlobals<Options>();
    const { io } = cli;
    if (stack === undefined)
      throw new OperationsError(
        'bad-input',
        'secrets are those of a deployed stack: name it with --stack (the local pipeline takes them from variables)',
      );
    if (!io.isTerminal)
      throw new OperationsError(
        'bad-input',
        'values are asked for in a terminal, so that none of them is shown: run this in one',
      );
    // AWS's clients take longer to load than a command against this machine takes.
    const { openSecretStores } = await import('../../deployed/secretStores.ts');
    const stores = await openSecretStores({
      stackName: stack,
      ...(region !== undefined && { region }),
    });
    try {
      let exit: number = exits.done;
      for (const secret of only ? [only] : (Object.keys(titles) as SecretName[])) {
        io.err(`\n${stores.nameOf(secret)}: ${titles[secret]}\n`);
        const outcome = await setSecret(stores, secret, ({ key, description }, isSet) =>
          io.askHidden(
            `${description}\n${key} (${isSet ? 'is set; blank keeps it' : 'not set'}): `,
          ),
        );
        if ('because' in outcome) {
          io.err(`Nothing was stored in ${stores.nameOf(secret)}. ${outcome.because}\n`);
          exit = exits.no;
        } else if (outcome.stored.length > 0) {
          io.out(
            `Stored ${outcome.stored.join(', ')} in ${stores.nameOf(secret)}. The functions read it within five minutes.`,
          );
        }
      }
      cli.ended(exit);
    } finally {
      stores.close();
    }
  });
};
