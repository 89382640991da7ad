import type { MarketoCredentials } from '../../lambdas/sync/marketo.ts';
import type { Check } from '../views.ts';
import { activityChecks, activityTypesIn } from './activities.ts';
import { askMarketo } from './ask.ts';
import type { CheckedMapping, CheckParts } from './parts.ts';
import { warning } from './parts.ts';
import { notAsked, type WithinBudget } from './slot.ts';

/** Whether Marketo has the activity types that the mapping names. Costs one call. */
export const checkTypes = async (
  parts: CheckParts,
  mapping: Pick<CheckedMapping, 'rules'>,
  credentials: MarketoCredentials,
  withinBudget: WithinBudget,
): Promise<readonly Check[]> => {
  const asked = await withinBudget((mayStart) =>
    askMarketo(parts, credentials, 'activities/types.json', mayStart),
  );
  if ('because' in asked) return [notAsked('activities', asked.because)];
  const { answer } = asked;
  const types = answer instanceof Error ? undefined : activityTypesIn(answer);
  const because = answer instanceof Error ? answer.message : 'its answer lists none';
  return types
    ? activityChecks(mapping, types)
    : [
        warning(
          'activities',
          `Marketo does not tell its activity types: ${because}.`,
          'Give the API user’s role the permission Read-Write Activity, which sending activities needs, too.',
        ),
      ];
};
