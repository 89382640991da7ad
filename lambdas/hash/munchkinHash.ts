import { createHash } from 'node:crypto';

/**
 * What Munchkin's associateLead wants: lower-case hex SHA1(privateKey + email), UTF-8, the e-mail
 * exactly as it is sent, neither trimmed nor lower-cased.
 */
export const munchkinHash = (privateKey: string, email: string): string =>
  createHash('sha1')
    .update(privateKey + email)
    .digest('hex');
