import { createRestCaller } from '../../lambdas/marketo/rest/restCaller.ts';
import type { ApiError } from '../../lambdas/marketo/rest/apiErrors.ts';
import { callVerdict } from '../../lambdas/marketo/rest/apiErrors.ts';
import { epochMs, type EpochMs } from '../../lambdas/segment/time.ts';
import { restEndpointOf, type MarketoCredentials } from '../../lambdas/sync/marketo.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import type { CheckParts } from './parts.ts';

/** Until when a question to Marketo may take. */
export const deadlineOf = ({ clock }: Pick<CheckParts, 'clock'>): EpochMs =>
  epochMs(clock.now() + leadTiming.describeTimeoutMs);

/** Marketo did not tell what it was asked. */
class NotTold extends Error {
  /** The codes of its answer. */
  readonly codes: readonly (string | undefined)[];

  constructor(because: string, complaints: readonly ApiError[] = []) {
    super(because);
    this.name = 'NotTold';
    this.codes = complaints.map(({ code }) => code);
  }
}

/** The result of a GET below `/rest/v1/`, or why Marketo does not tell it. Costs one call. */
export const askMarketo = async (
  { settings: { marketo }, clock }: Pick<CheckParts, 'settings' | 'clock'>,
  credentials: MarketoCredentials,
  path: string,
  mayStart: () => Promise<boolean>,
): Promise<readonly unknown[] | NotTold> => {
  const call = createRestCaller({
    endpoint: restEndpointOf(marketo),
    clock,
    credentials: () =>
      Promise.resolve({
        clientId: credentials.restClientId,
        clientSecret: credentials.restClientSecret,
      }),
  });
  const called = await call(
    { method: 'GET', path },
    {
      signal: AbortSignal.timeout(leadTiming.describeTimeoutMs),
      lastStart: deadlineOf({ clock }),
      mayStart,
    },
  );
  if ('result' in called) return called.result;
  if ('notSent' in called) return new NotTold(called.notSent);
  const complaints = 'complaints' in called ? called.complaints : [];
  const verdict =
    'verdict' in called
      ? called.verdict
      : callVerdict(complaints, { names: new Map(), alone: true });
  return new NotTold('because' in verdict ? verdict.because : verdict.kind, complaints);
};
