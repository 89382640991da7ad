import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { closeServer, listen } from '../../local/listen.ts';

interface Reply {
  readonly status?: number;
  readonly body: object;
}

/** What an AWS client needs to talk to this machine, and to fail fast. */
export const clientOf = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});

/**
 * An AWS service of the JSON protocols whose answers a test writes, one function a request; a
 * request answered with undefined is cut off. Stops when the test ends.
 */
export const scriptedService = async (
  reply: (input: unknown) => Reply | undefined | Promise<Reply | undefined>,
): Promise<string> => {
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const answer = await reply(JSON.parse(body) as unknown);
      if (!answer) {
        request.socket.destroy();
        return;
      }
      response
        .writeHead(answer.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify(answer.body));
    });
  });
  onTestFinished(() => closeServer(server));
  return listen(server);
};
