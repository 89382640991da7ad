import type { Arrival, Draft } from './arrival.ts';
import { inOrder } from './activities.ts';
import type { Resolved } from './identity.ts';
import { gapOrder, linkedThrough } from './identity.ts';
import { emptied, emptyKey, hasHeld, linkTo } from './keys.ts';
import { absorbCookies, valuesOf } from './registers.ts';
import type { Activity, Cookies, Incoming, KeyItem, LeadId } from './types.ts';
import { noteLead } from './user.ts';
import { without } from './without.ts';

/** Links the event's keys to its lead and takes along what they held for it. */
export const linkAll = (
  draft: Draft,
  { order, keys, cookieToken }: Arrival,
  { lead, email, links }: Resolved,
): { incoming: Incoming[]; cookies: Cookies; activities: Activity[] } => {
  const incoming: Incoming[] = [];
  const activities: Activity[] = [];
  let cookies: Cookies = {};
  for (const { key, firm } of links) {
    const item = linkedThrough(draft.keys.get(key) ?? emptyKey, (id) => draft.leads.get(id));
    const linked = linkTo(item, lead, email, firm ? order : gapOrder);
    const noted = key === keys.userId ? noteLead(item, linked, lead, order) : linked;
    if (linked === item) {
      draft.keys.set(key, noted);
      continue;
    }
    if (hasHeld(item)) {
      incoming.push(...valuesOf(item.fields));
      activities.push(...inOrder(item.activities));
      cookies = absorbCookies(cookies, item.cookies);
    }
    if (key === keys.cookie && cookieToken !== undefined)
      leaveOldLead(draft, item, lead, cookieToken);
    draft.keys.set(key, hasHeld(item) ? emptied(noted) : noted);
  }
  return { incoming, cookies, activities };
};

/** A cookie names one lead, the latest. */
const leaveOldLead = (draft: Draft, item: KeyItem, lead: LeadId, token: string): void => {
  if (item.link === undefined || item.link.lead === lead) return;
  const old = draft.leads.get(item.link.lead);
  if (old?.cookies[token] === undefined) return;
  draft.leads.set(item.link.lead, { ...old, cookies: without(old.cookies, token) });
};
