import type { IncomingMessage } from 'node:http';
import { consoleLimits } from '../limits.ts';
import { OperationsError } from '../error.ts';

const isJson = (contentType = ''): boolean => /^application\/json\s*(;|$)/i.test(contentType);

/**
 * The text of a request's body.
 * @throws OperationsError `bad-input` where it is too long
 */
export const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and dropped: a client that still writes would see a reset, not the answer.
    if (bytes <= consoleLimits.bodyBytes) chunks.push(chunk);
  }
  return checkedText(Buffer.concat(chunks).toString('utf8'), bytes);
};

/** @throws OperationsError `bad-input` where it is too long */
export const checkedText = (text: string, bytes: number): string => {
  if (bytes <= consoleLimits.bodyBytes) return text;
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
export const jsonOf = (text: string, contentType: string | undefined): unknown => {
  if (!isJson(contentType)) {
    throw new OperationsError('bad-input', 'content-type must be application/json');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OperationsError('bad-input', 'the body is no JSON', { cause: error });
  }
};
