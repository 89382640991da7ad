import { leadTiming } from '../../../lib/timing.ts';
import type { Clock, MayStart } from '../../ports.ts';
import type { EpochMs } from '../../segment/time.ts';
import type { Verdict } from '../types.ts';
import type { Fault } from './faults.ts';
import type { SoapRequest } from './params.ts';
import type { SoapHeaders } from './request.ts';
import { createRequester } from './request.ts';
import { requestSignature, requestTimestamp } from './signature.ts';
import { transportVerdict } from '../transport.ts';
import { isSignatureTooOld } from './verdicts.ts';
import { xmlText } from './xmlText.ts';

interface SoapCredentials {
  readonly userId: string;
  readonly encryptionKey: string;
}

export interface CallOptions {
  /** URL of the SOAP API: `https://561-HYG-937.mktoapi.com/soap/mktows/3_1`. */
  readonly endpoint: string;
  /** Asked before every call. What it rejects with is shown to people, so it must quote no secret. */
  readonly credentials: () => Promise<SoapCredentials>;
  /** Where new leads go, for instances with workspaces; only syncLead can say so. */
  readonly workspace?: string;
  readonly clock: Clock;
}

/** Marketo's answer, its fault, or what the lack of both means. */
export type Called =
  { readonly answer: unknown } | { readonly fault: Fault } | { readonly verdict: Verdict };

const notCalled = (because: string): Called => ({
  verdict: { kind: 'unavailable', because, worked: false },
});

/** How the secret's keys are called where the user fills them in. */
const secretKeys = { userId: 'soapUserId', encryptionKey: 'soapEncryptionKey' } as const;

const blankIn = ({ userId, encryptionKey }: SoapCredentials): string | undefined =>
  userId.trim() === ''
    ? secretKeys.userId
    : encryptionKey.trim() === ''
      ? secretKeys.encryptionKey
      : undefined;

/**
 * One call: signed, and once more at once if Marketo finds the signature too old. The deadline
 * covers all of it. Rejects only for errors of our own.
 */
export const createCaller = ({ endpoint, credentials, workspace, clock }: CallOptions) => {
  const request = createRequester(endpoint);

  const headers = (operation: string, { userId, encryptionKey }: SoapCredentials): SoapHeaders => {
    const timestamp = requestTimestamp(clock.now());
    return {
      AuthenticationHeader: {
        mktowsUserId: xmlText(userId),
        requestSignature: requestSignature(encryptionKey, userId, timestamp),
        requestTimestamp: timestamp,
      },
      ...(workspace !== undefined &&
        operation === 'syncLead' && {
          MktowsContextHeader: { targetWorkspace: xmlText(workspace) },
        }),
    };
  };

  return async (what: SoapRequest, deadline: EpochMs, mayStart: MayStart): Promise<Called> => {
    let known: SoapCredentials;
    try {
      known = await credentials();
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'no reason given';
      return notCalled(`the credentials of Marketo’s SOAP API cannot be read: ${reason}`);
    }
    const blank = blankIn(known);
    if (blank !== undefined)
      return notCalled(`${blank} is blank: fill it in in the Marketo secret`);
    const left = deadline - clock.now();
    if (left <= 0) return notCalled('no time was left for the call');
    const signal = AbortSignal.timeout(Math.min(left, leadTiming.callTimeoutMs));
    const once = () => request(what, headers(what.operation, known), signal);
    if (!(await mayStart())) return notCalled('the budget had no slot for the request');
    let reply = await once();
    // Marketo may go on working after we stop waiting, so a sync begun late would outlive its lock.
    const hasTime = (): boolean =>
      !what.operation.startsWith('sync') || deadline - clock.now() >= leadTiming.marketoWorksMs;
    if ('fault' in reply && isSignatureTooOld(reply.fault) && hasTime() && (await mayStart()))
      reply = await once();
    return 'failure' in reply
      ? { verdict: transportVerdict(reply.failure, 'a SOAP message') }
      : reply;
  };
};
