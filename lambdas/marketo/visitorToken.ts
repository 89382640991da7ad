import { createHash } from 'node:crypto';

/**
 * The token that stands for a visitor without a Munchkin cookie: `_mch-<domain>-<32 hex digits>`,
 * always the same for one id. The digits are of a SHA-256, so the id cannot be read from it.
 * `idKind`: `u` for a userId, `a` for an anonymousId.
 */
export const derivedToken = (domain: string, idKind: 'u' | 'a', id: string): string =>
  `_mch-${domain}-${createHash('sha256').update(`${idKind}${id}`).digest('hex').slice(0, 32)}`;
