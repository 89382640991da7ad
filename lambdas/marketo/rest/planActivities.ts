import { restLimits } from '../../limits.ts';
import { without } from '../../lead/without.ts';
import type { Activity, Update } from '../marketoTypes.ts';
import { activitiesBody, activityText } from './addActivities.ts';

/** Activities in one request: how many, their JSON text with commas, and how many there may be. */
export interface RequestShare {
  readonly count: number;
  readonly bytes: number;
  readonly most: number;
}

const maxBytes = restLimits.bodyBytes - Buffer.byteLength(activitiesBody([])) + 1;
/** A lead's id may turn out longer than the one we know; none is longer than this. */
const longestId = Number.MAX_SAFE_INTEGER;

export const emptyLoad: RequestShare = { count: 0, bytes: 0, most: restLimits.activitiesPerCall };

export const loaded = (load: RequestShare, more: RequestShare): RequestShare =>
  more.count === 0
    ? load
    : {
        count: load.count + more.count,
        bytes: load.bytes + more.bytes,
        most: Math.min(load.most, more.most),
      };

export const hasRoom = (load: RequestShare, more: RequestShare): boolean => {
  const { count, bytes, most: max } = loaded(load, more);
  return more.count === 0 || (count <= max && bytes <= maxBytes);
};

/**
 * The update with as many of its activities, the first ones, as one request takes: always at least
 * one, which is far smaller than a request.
 */
export const requestShareOf = (
  update: Update,
): { readonly update: Update; readonly load: RequestShare } => {
  const { activities = [], maxActivitiesPerRequest: maxActivities = restLimits.activitiesPerCall } =
    update;
  const max = Math.max(1, Math.min(maxActivities, restLimits.activitiesPerCall));
  const share: Activity[] = [];
  let load = { ...emptyLoad, most: max };
  for (const activity of activities) {
    const bytes = Buffer.byteLength(activityText(activity, longestId)) + 1;
    const more = loaded(load, { count: 1, bytes, most: max });
    if (share.length > 0 && !hasRoom(emptyLoad, more)) break;
    share.push(activity);
    load = more;
  }
  if (share.length === 0) return { update: without(update, 'activities'), load: emptyLoad };
  return { update: { ...update, activities: share }, load };
};
