import { createCaller } from '../../lambdas/marketo/rest/call.ts';
import { callVerdict } from '../../lambdas/marketo/rest/judge.ts';
import { epochMs, type EpochMs } from '../../lambdas/segment/time.ts';
import { restEndpointOf, type MarketoCredentials } from '../../lambdas/sync/marketo.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import type { Check } from '../views.ts';
import { activityChecks, activityTypesIn, type ActivityTypes } from './activities.ts';
import type { CheckedMapping, CheckParts } from './parts.ts';
import { warning } from './parts.ts';
import { notAsked, type WithinBudget } from './slot.ts';

/** Until when a question to Marketo may take. */
export const deadlineOf = ({ clock }: Pick<CheckParts, 'clock'>): EpochMs =>
  epochMs(clock.now() + leadTiming.fieldQuestionTimeoutMs);

/** Marketo's activity types. Rejects, saying why, where Marketo does not tell them. */
const askTypes = async (
  { settings: { marketo }, clock }: CheckParts,
  credentials: MarketoCredentials,
  mayStart: () => Promise<boolean>,
): Promise<ActivityTypes> => {
  const call = createCaller({
    endpoint: restEndpointOf(marketo),
    clock,
    credentials: () =>
      Promise.resolve({
        clientId: credentials.restClientId,
        clientSecret: credentials.restClientSecret,
      }),
  });
  const called = await call(
    { method: 'GET', path: 'activities/types.json' },
    {
      signal: AbortSignal.timeout(leadTiming.fieldQuestionTimeoutMs),
      lastStart: deadlineOf({ clock }),
      mayStart,
    },
  );
  const types = 'result' in called ? activityTypesIn(called.result) : undefined;
  if (types) return types;
  if ('notSent' in called) throw new Error(called.notSent);
  const verdict =
    'verdict' in called
      ? called.verdict
      : callVerdict('complaints' in called ? called.complaints : [], {
          names: new Map(),
          alone: true,
        });
  throw new Error('because' in verdict ? verdict.because : 'its answer lists none');
};

/** Whether Marketo has the activity types that the mapping names. Costs one call. */
export const checkTypes = async (
  parts: CheckParts,
  mapping: Pick<CheckedMapping, 'rules'>,
  credentials: MarketoCredentials,
  withinBudget: WithinBudget,
): Promise<readonly Check[]> => {
  const asked = await withinBudget((mayStart) =>
    askTypes(parts, credentials, mayStart).catch((error: unknown) => error as Error),
  );
  if ('because' in asked) return [notAsked('activities', asked.because)];
  const { answer } = asked;
  return answer instanceof Error
    ? [
        warning(
          'activities',
          `Marketo does not tell its activity types: ${answer.message}.`,
          'Give the API user’s role the permission Read-Write Activity, which sending activities needs, too.',
        ),
      ]
    : activityChecks(mapping, answer);
};
