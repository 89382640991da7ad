import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OperationsError } from '../error.ts';
import type { Operations } from '../ports.ts';
import type { Info } from '../views.ts';
import { createConsole } from './server.ts';

interface ServeOptions {
  readonly operations: Operations;
  readonly info: Info;
  /** 0 takes any free one. */
  readonly port: number;
}

interface ServedConsole {
  /** Address of the page. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const unlistenable = (error: NodeJS.ErrnoException, port: number): OperationsError =>
  new OperationsError(
    'unusable',
    error.code === 'EADDRINUSE'
      ? `port ${port} is in use: take another one`
      : `port ${port} cannot be listened on (${error.code ?? error.name}): take another one`,
    { cause: error },
  );

/**
 * Serves the console alone, to this machine only, until it is closed.
 * @throws OperationsError `unusable` where the port cannot be taken
 */
export const serveConsole = async ({
  operations,
  info,
  port,
}: ServeOptions): Promise<ServedConsole> => {
  const { handle } = createConsole({ operations, info });
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(302, { location: '/console' }).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(unlistenable(error, port));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/console`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
