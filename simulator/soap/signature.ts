import { createHmac } from 'node:crypto';
import { rules } from '../rules.ts';
import { SoapFault } from './codes.ts';
import type { SoapRequest } from './envelope.ts';

/** Lower-case hex HMAC-SHA1 of timestamp and user id; the key is the encryption key's text. */
export const signatureOf = (encryptionKey: string, timestamp: string, userId: string): string =>
  createHmac('sha1', encryptionKey)
    .update(timestamp + userId)
    .digest('hex');

/** W3C date-time to the second, with an offset. */
const w3cSecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;

/** Throws fault 20014 for a user or signature that is wrong, 20016 for one that is out of date. */
export const authenticate = (
  given: SoapRequest['authentication'],
  credentials: { readonly userId: string; readonly encryptionKey: string },
  now: number,
): void => {
  if (given === undefined) {
    throw new SoapFault('20014', 'AuthenticationHeader is missing, or not in its namespace');
  }
  const { userId, signature, timestamp } = given;
  const expected = signatureOf(credentials.encryptionKey, timestamp, userId);
  if (userId !== credentials.userId || signature !== expected) throw new SoapFault('20014');
  if (!w3cSecond.test(timestamp)) {
    throw new SoapFault('20012', 'requestTimestamp must look like 2013-08-01T18:22:30-07:00');
  }
  // A timestamp that is no time at all (month 13) makes NaN, which this comparison refuses too.
  if (!(Math.abs(now - Date.parse(timestamp)) <= rules.signatureMaxAgeMs)) {
    throw new SoapFault('20016');
  }
};
