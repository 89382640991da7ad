import { createHash } from 'node:crypto';
import type { MessageAttribute } from './message.ts';

export const bodyMd5 = (body: string): string => createHash('md5').update(body).digest('hex');

const withLength = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/**
 * MD5 of message attributes, sorted by name: name, type and value, each after its length in four
 * bytes, and before the value a byte that says text (1) or binary (2). From "Amazon SQS message
 * metadata: Calculating the MD5 message digest for message attributes".
 */
export const attributesMd5 = (
  attributes: Readonly<Record<string, MessageAttribute>> | undefined,
): string | undefined => {
  const names = Object.keys(attributes ?? {}).toSorted();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  for (const name of names) {
    const { type, value } = attributes?.[name] ?? { type: '', value: '' };
    const binary = type.startsWith('Binary');
    hash.update(withLength(Buffer.from(name)));
    hash.update(withLength(Buffer.from(type)));
    hash.update(Buffer.of(binary ? 2 : 1));
    hash.update(withLength(Buffer.from(value, binary ? 'base64' : 'utf8')));
  }
  return hash.digest('hex');
};
