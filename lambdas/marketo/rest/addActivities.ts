import { marketoLimits, restLimits } from '../../limits.ts';
import type { Activity, ActivityVerdict, Update, Verdict } from '../marketoTypes.ts';
import type { ActivityResult } from './activityVerdicts.ts';
import { activityResultOf } from './activityVerdicts.ts';
import type { RestCalled } from './restCaller.ts';

/** What is known of each update of a call when its record is written, or needed none. */
type Written = Verdict | undefined;

/** One activity as JSON text. Marketo takes `primaryAttributeValue` as text, whatever its type. */
export const activityText = (activity: Activity, leadId: number): string =>
  JSON.stringify({
    leadId,
    activityDate: new Date(activity.at).toISOString().replace(/\.\d+Z$/, 'Z'),
    activityTypeId: activity.typeId,
    primaryAttributeValue: activity.primary,
    attributes: Object.entries(activity.attributes).map(([apiName, value]) => ({ apiName, value })),
  });

/** The body of an `activities/external.json` request with these records. */
export const activitiesBody = (records: readonly string[]): string =>
  `{"input":[${records.join(',')}]}`;

interface Going {
  readonly index: number;
  readonly id: number;
  readonly activity: Activity;
}

const noId: ActivityVerdict = {
  kind: 'retry',
  because: 'Marketo did not tell the lead’s id, without which it takes no activity',
  attempts: marketoLimits.boundedAttempts,
};

const tooLarge: Verdict = {
  kind: 'refused',
  because: 'the request is larger than the 1 MB that Marketo takes',
};

/** Marketo's id of each lead whose activities go now; `undefined`: it has none, or its record failed. */
const idOf = ({ activities, marketoId }: Update, before: Written): number | undefined => {
  if (activities === undefined || (before && before.kind !== 'synced')) return undefined;
  return before?.marketoId ?? marketoId;
};

const completed = (
  update: Update,
  before: Written,
  id: number | undefined,
  result: ActivityResult,
): Written => {
  const { activities = [] } = update;
  if (activities.length === 0 || (before && before.kind !== 'synced')) return before;
  // Its cookie is not tried any more: Marketo may still be at work on this request.
  if ('kind' in result && before === undefined) return result;
  const verdicts =
    'kind' in result
      ? activities.map((): ActivityVerdict => ({ kind: 'pending', because: result.because }))
      : result;
  return {
    kind: 'synced',
    ...before,
    ...(id !== undefined && { marketoId: id }),
    activities: verdicts,
  };
};

/** What is known of each update by now; `closed`: what closes Marketo to all, for the requests to come. */
interface Added {
  readonly each: readonly Written[];
  readonly closed?: Extract<Verdict, { kind: 'unavailable' }>;
}

/**
 * Adds the activities of a call's leads with one `activities/external.json` request; none is made
 * where there are none. Whatever comes of it, a lead that is synced stays so.
 */
export const addActivities = async (
  updates: readonly Update[],
  written: readonly Written[],
  call: (body: string) => Promise<RestCalled>,
): Promise<Added> => {
  const ids = updates.map((update, index) => idOf(update, written[index]));
  const going = updates.flatMap(({ activities = [] }, index): Going[] => {
    const id = ids[index];
    return id === undefined ? [] : activities.map((activity) => ({ index, id, activity }));
  });
  const request = async (): Promise<RestCalled> => {
    const body = activitiesBody(going.map(({ activity, id }) => activityText(activity, id)));
    return Buffer.byteLength(body) > restLimits.bodyBytes ? { verdict: tooLarge } : call(body);
  };
  const result =
    going.length === 0
      ? []
      : activityResultOf(
          await request(),
          going.map(({ activity }) => activity),
        );
  const resultOf = (update: Update, index: number): ActivityResult => {
    if (ids[index] === undefined) return (update.activities ?? []).map(() => noId);
    return 'kind' in result ? result : result.filter((_, place) => going[place]?.index === index);
  };
  const each = updates.map((update, index) =>
    completed(update, written[index], ids[index], resultOf(update, index)),
  );
  return { each, ...('kind' in result && { closed: result }) };
};
