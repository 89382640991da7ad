import type { Verdict } from '../types.ts';

/** A request without a SOAP answer, as far as is known of it. */
export interface TransportFailure {
  /** The deadline passed. */
  readonly late?: boolean;
  /** HTTP status, where an answer came. */
  readonly status?: number;
  /** Node's error code, where none came: `ECONNRESET`. */
  readonly code?: string;
  /** The system call that failed: `connect`. */
  readonly syscall?: string;
}

/** Failures that come before the first byte of the request. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Statuses with which a gateway turns a request away before Marketo works on it. */
const turnedAway = new Set([401, 429]);

/**
 * Nobody's fault: all leads wait. The request counts as worked on unless it certainly was not,
 * for what is wrongly taken as not worked on breaks the lock, and the other way only costs time.
 */
export const transportVerdict = ({ late, status, code, syscall }: TransportFailure): Verdict => {
  const unavailable = (because: string, worked: boolean): Verdict => ({
    kind: 'unavailable',
    because,
    worked,
  });
  if (late) return unavailable('Marketo did not answer in time', true);
  if (status !== undefined) {
    return unavailable(
      `Marketo answered HTTP ${status} without a SOAP message that we can read`,
      !turnedAway.has(status),
    );
  }
  const unsent = syscall === 'connect' || (code !== undefined && beforeSending.has(code));
  return unavailable(
    `${unsent ? 'no connection to Marketo' : 'the connection to Marketo broke'} (${code ?? 'no code'})`,
    !unsent,
  );
};
