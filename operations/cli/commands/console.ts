import type { Command } from 'commander';
import { once } from 'node:events';
import { OperationsError } from '../../error.ts';
import { run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';

const defaultPort = 8788;

const portOf = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new OperationsError(
    'bad-input',
    `--port takes a whole number from 0 to 65535, not ${text}`,
  );
};

/** `console`: the console on this machine, for the destination that is named, until Ctrl-C. */
export const addConsole = (program: Command, cli: Cli): void => {
  const command = program
    .command('console')
    .description('serve the console on this machine; with --stack it shows a deployed stack')
    .option('-p, --port <port>', 'where; 0 takes any free one', String(defaultPort));
  command.action(({ port }: { readonly port: string }) =>
    run(cli, command, async ({ operations, info }, say) => {
      const { serveConsole } = await import('../../console/serve.ts');
      const served = await serveConsole({
        operations,
        info: await info(),
        port: portOf(port),
      });
      try {
        say({ url: served.url }, () => `ready: ${served.url} (Ctrl-C ends it)`);
        const { stopped } = cli.io;
        if (!stopped.aborted) await once(stopped, 'abort');
      } finally {
        await served.close();
      }
      return exits.done;
    }),
  );
};
