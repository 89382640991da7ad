import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConsole } from '../../../../operations/console/server.ts';
import type { Operations } from '../../../../operations/ports.ts';
import { closeServer, listen } from '../../../../local/listen.ts';

export interface Served {
  /** Of the console's page. */
  readonly url: string;
  /** Nobody answers any more, as after the end of the program. */
  stop(): Promise<void>;
  /** Answers again at the same address. */
  start(): Promise<void>;
}

/** The console over these operations, on this machine. */
export const serveConsole = async (operations: Operations): Promise<Served> => {
  const info = {
    name: 'local run',
    isLocal: true,
    ingestUrl: 'http://127.0.0.1:8080',
    writeKeyHint: 'local',
  };
  const page = createConsole({ operations, info });
  const serverOf = (): Server =>
    createServer((request, response) => {
      if (!page.handle(request, response)) response.writeHead(404).end();
    });
  let server = serverOf();
  const base = await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    url: `${base}/console`,
    stop: () => closeServer(server),
    start: async () => {
      server = serverOf();
      await listen(server, port);
    },
  };
};
