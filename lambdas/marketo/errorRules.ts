import { marketoLimits } from '../limits.ts';
import type { Verdict } from './marketoTypes.ts';

/**
 * throttled, credentials, setup: refused before any work, and all leads wait, for time to pass or
 * for people to put it right · day-used-up: throttled until the day's calls are counted anew ·
 * sign-in: sign in again at once, then all wait · outage: all wait, and the call may have been
 * worked on · retry: for ever · split: for ever, in ever smaller calls · bounded: in ever smaller
 * calls, then a few times alone · unknown-field: those fields are to blame · final: this request can
 * never succeed.
 */
export type RetryPolicy =
  | 'throttled'
  | 'day-used-up'
  | 'credentials'
  | 'setup'
  | 'sign-in'
  | 'outage'
  | 'retry'
  | 'split'
  | 'bounded'
  | 'unknown-field'
  | 'final';

/** What one code of Marketo's means. `because` is for people and ends without a stop. */
export interface ErrorRule {
  readonly retryPolicy: RetryPolicy;
  readonly because: string;
  /** What is refused is the lead itself: to look for a value that is to blame would find none. */
  readonly isOfLead?: true;
  /** Fields that the code blames without naming them, by their SOAP names. */
  readonly implies?: readonly string[];
}

/** The fields that an answer blames, by the names under which we sent them. */
interface Blamed {
  /** Those that this instance does not have. */
  readonly unknown: () => readonly string[];
  /**
   * Those whose value it cannot take, of which the code implies some; none where the answer speaks of
   * several leads.
   */
  readonly bad: (implied: readonly string[]) => readonly string[];
}

/**
 * The verdict for a code. Of Marketo's own words only the names of fields that we sent get into it:
 * the rest may quote values. A code without a row is tried again.
 */
export const verdictFor = (
  code: string,
  rule: ErrorRule | undefined,
  { unknown, bad }: Blamed,
): Verdict => {
  if (!rule)
    return {
      kind: 'retry',
      because: `Marketo answered a code that is unknown to us (${code})`,
      isUnknownCode: true,
    };
  const because = `${rule.because} (${code})`;
  switch (rule.retryPolicy) {
    case 'day-used-up':
      return { kind: 'unavailable', because, worked: false, isDayUsedUp: true };
    case 'throttled':
    case 'credentials':
    case 'setup':
    case 'sign-in':
      return { kind: 'unavailable', because, worked: false };
    case 'outage':
      return { kind: 'unavailable', because, worked: true };
    case 'retry':
      return { kind: 'retry', because };
    case 'split':
      return { kind: 'retry', because, attempts: Infinity };
    case 'unknown-field': {
      const fields = unknown();
      return fields.length > 0
        ? { kind: 'field-refused', fields, unknown: true, because }
        : { kind: 'refused', because };
    }
    case 'bounded':
    case 'final': {
      const fields = bad(rule.implies ?? []);
      if (fields.length > 0) return { kind: 'field-refused', fields, unknown: false, because };
      return rule.retryPolicy === 'final'
        ? { kind: 'refused', because, ...(rule.isOfLead && { isOfLead: true }) }
        : { kind: 'retry', because, attempts: marketoLimits.boundedAttempts };
    }
  }
};
