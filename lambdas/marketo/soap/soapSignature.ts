import { createHmac } from 'node:crypto';
import type { EpochMs } from '../../segment/time.ts';

/** W3C date-time to the second, in UTC as an offset: `2013-08-02T01:22:30+00:00`. */
export const requestTimestamp = (at: EpochMs): string =>
  `${new Date(at).toISOString().slice(0, 19)}+00:00`;

/**
 * Lower-case hex HMAC-SHA1 of the timestamp followed by the user id. The key is the encryption
 * key's text, although it looks like hex.
 */
export const requestSignature = (
  encryptionKey: string,
  userId: string,
  timestamp: string,
): string => createHmac('sha1', encryptionKey).update(`${timestamp}${userId}`).digest('hex');
