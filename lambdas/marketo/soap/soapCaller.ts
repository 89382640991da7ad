import { leadTiming } from '../../limits.ts';
import type { Clock } from '../../ports.ts';
import type { MayStart } from '../marketoPorts.ts';
import type { EpochMs } from '../../segment/time.ts';
import type { Verdict } from '../marketoTypes.ts';
import type { Fault } from './faults.ts';
import type { SoapRequest } from './params.ts';
import type { SoapReply, SoapHeaders } from './soapRequest.ts';
import { createRequester } from './soapRequest.ts';
import { requestSignature, requestTimestamp } from './soapSignature.ts';
import { noTimeLeft, transportVerdict } from '../transport.ts';
import { isSignatureTooOld } from './soapErrorRules.ts';
import { xmlText } from './xmlText.ts';

interface SoapCredentials {
  readonly userId: string;
  readonly encryptionKey: string;
}

export interface SoapCallerOptions {
  /** URL of the SOAP API: `https://561-HYG-937.mktoapi.com/soap/mktows/3_1`. */
  readonly endpoint: string;
  /** Asked before every call. What it rejects with is shown to people, so it must quote no secret. */
  readonly credentials: () => Promise<SoapCredentials>;
  /** Where new leads go, for instances with workspaces; only syncLead can say so. */
  readonly workspace?: string;
  readonly clock: Clock;
  /** A signal that aborts after so many milliseconds. Absent: by the machine's clock. */
  readonly abortAfter?: (ms: number) => AbortSignal;
}

/** Marketo's answer, its fault, or what the lack of both means. */
export type SoapCalled = { readonly answer: unknown } | { readonly fault: Fault } | NotCalled;

interface NotCalled {
  readonly verdict: Verdict;
}

const notCalled = (because: string): NotCalled => ({
  verdict: { kind: 'unavailable', because, worked: false },
});

/** For reasons of ours, which say nothing of Marketo. */
const unsent = (because: string): NotCalled => ({
  verdict: { kind: 'unavailable', because, worked: false, isUnsent: true },
});

const noTime = unsent(noTimeLeft);
const noSlot = unsent('the budget had no permit for the request');

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
export const createSoapCaller = ({
  endpoint,
  credentials,
  workspace,
  clock,
  abortAfter = (ms) => AbortSignal.timeout(ms),
}: SoapCallerOptions) => {
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

  const readCredentials = async (): Promise<SoapCredentials | NotCalled> => {
    try {
      const known = await credentials();
      const blank = blankIn(known);
      return blank === undefined
        ? known
        : notCalled(`${blank} is blank: fill it in in the Marketo secret`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'no reason given';
      return notCalled(`the credentials of Marketo’s SOAP API cannot be read: ${reason}`);
    }
  };

  return async (what: SoapRequest, deadline: EpochMs, mayStart: MayStart): Promise<SoapCalled> => {
    const begun = clock.now();
    if (begun >= deadline) return noTime;
    const signal = abortAfter(Math.min(deadline - begun, leadTiming.callTimeoutMs));
    // Marketo may go on working after we stop waiting, so a sync begun late would outlive its lock.
    const lastStart = what.operation.startsWith('sync')
      ? deadline - leadTiming.marketoWorksMs
      : deadline;

    const known = await readCredentials();
    if ('verdict' in known) return known;
    await request.load();

    /** One request, unless it is too late for it by the time that everything else is there. */
    const once = async (latest: number): Promise<SoapReply | NotCalled> => {
      if (clock.now() > latest) return noTime;
      if (!(await mayStart())) return noSlot;
      if (clock.now() > latest) return noTime;
      return request.send(what, headers(what.operation, known), signal);
    };

    let reply = await once(Math.max(begun, lastStart));
    if ('fault' in reply && isSignatureTooOld(reply.fault)) {
      const again = await once(lastStart);
      if (!('verdict' in again)) reply = again;
    }
    return 'failure' in reply
      ? { verdict: transportVerdict(reply.failure, 'a SOAP message') }
      : reply;
  };
};
