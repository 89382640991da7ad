import type { Command } from 'commander';
import { once } from 'node:events';
import { OperationsError } from '../../error.ts';
import type { Cli } from '../command.ts';
import { exits } from '../exits.ts';

interface SimulatorOptions {
  readonly port: string;
  readonly munchkinId: string;
  readonly leadLock: string;
  readonly schema?: string;
  readonly data?: string;
}

const defaultPort = 8790;

const wholeNumber = (name: string, text: string, max: number): number => {
  const number = Number(text);
  if (text !== '' && Number.isInteger(number) && number >= 0 && number <= max) return number;
  throw new OperationsError(
    'bad-input',
    `${name} takes a whole number from 0 to ${max}, not ${text}`,
  );
};

/** `simulator`: a Marketo to test against, on this machine, until Ctrl-C. */
export const addSimulator = (program: Command, cli: Cli): void => {
  const command = program
    .command('simulator')
    .description('serve a simulated Marketo on this machine (simulator/README.md)')
    .option('-p, --port <port>', 'where; 0 takes any free one', String(defaultPort))
    .option('--schema <file>', 'fields, partitions, company fields, quotas; absent: the default')
    .option('--data <folder>', 'keeps leads and calls over a restart; absent: memory only')
    .option('--munchkin-id <id>', 'the Munchkin id of the instance', '123-ABC-456')
    .option('--lead-lock <seconds>', "watch over this destination's rest between two syncs", '0');
  command.action(async (options: SimulatorOptions) => {
    const port = wholeNumber('--port', options.port, 65_535);
    const seconds = wholeNumber('--lead-lock', options.leadLock, 3_600);
    const { startSimulator } = await import('../../../simulator/start.ts');
    const { url, credentials, close } = await startSimulator({
      port,
      munchkinId: options.munchkinId,
      leadLockMs: seconds * 1_000,
      env: cli.io.env,
      ...(options.schema !== undefined && { schemaPath: options.schema }),
      ...(options.data !== undefined && { dataFolder: options.data }),
    }).catch((error: unknown) => {
      throw new OperationsError(
        'bad-input',
        error instanceof Error ? error.message : String(error),
        {
          cause: error,
        },
      );
    });
    try {
      const about = { url, munchkinId: options.munchkinId, ...credentials };
      const { json } = command.optsWithGlobals<{ readonly json?: true }>();
      const lines = Object.entries(about).map(([name, value]) => `  ${name}: ${value}`);
      cli.io.out(json ? JSON.stringify(about) : ['ready (Ctrl-C ends it)', ...lines].join('\n'));
      const { stopped } = cli.io;
      if (!stopped.aborted) await once(stopped, 'abort');
    } finally {
      await close();
    }
    cli.ended(exits.done);
  });
};
