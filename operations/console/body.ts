import type { IncomingMessage } from 'node:http';
import { consoleLimits } from '../limits.ts';
import { OperationsError } from '../error.ts';

const isJson = (contentType = ''): boolean => /^application\/json\s*(;|$)/i.test(contentType);

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and dropped: a client that still writes would see a reset, not the answer.
    if (bytes <= consoleLimits.bodyBytes) chunks.push(chunk);
  }
  if (bytes <= consoleLimits.bodyBytes) return Buffer.concat(chunks).toString('utf8');
  throw new OperationsError(
    'bad-input',
    `the body has more than ${consoleLimits.bodyBytes} bytes: ask for less at once`,
  );
};

/**
 * The JSON of a request's body. Only `application/json` is read: a form on another site cannot send
 * that without the browser asking first.
 * @throws OperationsError `bad-input`
 */
export const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const text = await textOf(request);
  if (!isJson(request.headers['content-type'])) {
    throw new OperationsError('bad-input', 'content-type must be application/json');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OperationsError('bad-input', 'the body is no JSON', { cause: error });
  }
};
