import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listen } from '../../../../local/listen.ts';

interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface AwsReply {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
}

/** An error as the services' protocols have it: a name, words, and an HTTP status. */
export interface AwsFailure {
  readonly code: string;
  readonly message?: string;
  readonly status?: number;
}

/** Serves one AWS service on this machine. `undefined` for an answer cuts the connection. */
export const serveAws = async (
  answer: (request: AwsRequest) => AwsReply | undefined,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> => {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '/', headers } = request;
      const reply = answer({ method, path, headers, body });
      if (reply === undefined) {
        request.socket.destroy();
        return;
      }
      response
        .writeHead(reply.status ?? 200, {
          'content-type': reply.type,
          'x-amzn-requestid': '00000000-0000-0000-0000-000000000000',
        })
        .end(reply.body);
    });
  });
  return { url: await listen(server), close: () => closeServer(server) };
};
