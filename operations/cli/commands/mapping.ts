import type { Command } from 'commander';
import { mappingOf, readSettings, SettingsError } from '../../../lambdas/settings.ts';
import { OperationsError } from '../../error.ts';
import type { Cli } from '../command.ts';
import { exits } from '../exits.ts';

/** `mapping`: the mapping that the settings here make, as a mapping file. */
export const addMapping = (program: Command, { io, ended }: Cli): void => {
  program
    .command('mapping')
    .description('print the mapping of the settings in this folder, as a mapping file')
    .addHelpText(
      'after',
      '\nSettings of version 0.1 (fieldMap, fieldPolicies, unknownFields, activities, events) are in it:\nsave it as mapping.json beside settings.json, and remove them there.',
    )
    .action(() => {
      try {
        const mapping = mappingOf(readSettings({ env: io.env }));
        const $schema = './node_modules/marketo-destination/mapping.schema.json';
        io.out(JSON.stringify({ $schema, ...mapping }, null, 2));
        ended(exits.done);
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        throw new OperationsError('bad-input', error.message, { cause: error });
      }
    });
};
