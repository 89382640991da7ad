import type { Command } from 'commander';
import { findLeft } from '../../upgrade/left.ts';
import { readTemplate } from '../../upgrade/template.ts';
import { type TemplateOptions, withAccount } from '../account.ts';
import type { Cli } from '../command.ts';
import { exits } from '../exits.ts';

/** `adopt`: what a deleted stack has left, as `cdk import` wants to be told. */
export const addAdopt = (program: Command, cli: Cli): void => {
  const command = program
    .command('adopt')
    .description('find what a deleted stack has left, for `cdk import` (changes nothing)')
    .option('--template <file>', 'what `cdk synth` wrote (default: cdk.out/<stack>.template.json)')
    .option('--table <name>', 'the leads table, where several are left')
    .addHelpText(
      'after',
      `
Writes the resource mapping to standard output:
  $ npx marketo-destination adopt --stack marketo-destination > adopt.json
  $ cdk import --resource-mapping adopt.json && cdk deploy`,
    );
  command.action(async () => {
    const options = command.optsWithGlobals<TemplateOptions & { readonly table?: string }>();
    await withAccount(options, async (account, { stackName, template }) => {
      const { mapping, missing } = await findLeft(account, await readTemplate(template), {
        stackName,
        table: options.table,
      });
      cli.io.out(JSON.stringify(mapping, null, 2));
      for (const sentence of missing) cli.io.err(`${sentence}\n`);
      cli.ended(missing.length > 0 ? exits.no : exits.done);
    });
  });
};
