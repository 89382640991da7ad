import type { Verdict } from './marketoTypes.ts';

/** Why a call was not sent that could not have ended before its deadline. */
export const noTimeLeft = 'no time was left for the call';

/** A request without an answer of Marketo's API, as far as is known of it. */
export interface TransportFailure {
  /** The deadline passed. */
  readonly late?: boolean;
  /** No connection was made. Absent: not known. */
  readonly unsent?: boolean;
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
export const transportVerdict = (
  { late, unsent = false, status, code, syscall }: TransportFailure,
  expected: 'a SOAP message' | 'a JSON answer' | 'a token',
): Extract<Verdict, { kind: 'unavailable' }> => {
  const unavailable = (because: string, worked: boolean) =>
    ({ kind: 'unavailable', because, worked }) as const;
  if (late) return unavailable('Marketo did not answer in time', !unsent);
  if (status !== undefined) {
    return unavailable(
      `Marketo answered HTTP ${status} without ${expected} that we can read`,
      !turnedAway.has(status),
    );
  }
  const isUnsent =
    unsent || syscall === 'connect' || (code !== undefined && beforeSending.has(code));
  return unavailable(
    `${isUnsent ? 'no connection to Marketo' : 'the connection to Marketo broke'} (${code ?? 'no code'})`,
    !isUnsent,
  );
};
