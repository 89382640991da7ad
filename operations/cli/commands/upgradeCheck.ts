import type { Command } from 'commander';
import { compareTemplates } from '../../upgrade/compare.ts';
import { readTemplate } from '../../upgrade/template.ts';
import { compareVersions, versionOf } from '../../upgrade/versions.ts';
import { type TemplateOptions, withAccount } from '../account.ts';
import type { Cli } from '../command.ts';
import { exits } from '../exits.ts';

/** `upgrade-check`: what deploying this version over the deployed one would do to data. */
export const addUpgradeCheck = (program: Command, cli: Cli): void => {
  const command = program
    .command('upgrade-check')
    .description('say what an upgrade would do to queues, table, secrets and addresses')
    .option('--template <file>', 'what `cdk synth` wrote (default: cdk.out/<stack>.template.json)')
    .addHelpText('after', '\nRun `cdk synth` before it. Changes nothing.');
  command.action(async () => {
    const options = command.optsWithGlobals<TemplateOptions & { readonly json?: true }>();
    await withAccount(options, async (account, { stackName, template }) => {
      const after = await readTemplate(template);
      const before = await account.deployedTemplate(stackName);
      const [from, to] = [versionOf(before), versionOf(after)];
      const findings = compareTemplates(before, after);
      const isBack = compareVersions(to, from) < 0;
      cli.io.out(
        options.json
          ? JSON.stringify({ from, to, findings })
          : [
              `From ${from} to ${to}${isBack ? ', which is older: docs/upgrading.md says how to go back' : ''}.`,
              ...(findings.length === 0
                ? ['No queue, table, secret, key, bucket or address is replaced or removed.']
                : findings.map(({ id, type, what, says }) => `${what}: ${id} (${type}). ${says}`)),
              'CHANGELOG.md says what else changes between the two.',
            ].join('\n'),
      );
      cli.ended(findings.length > 0 ? exits.no : exits.done);
    });
  });
};
