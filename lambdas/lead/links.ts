import type { NormalizedEvent, Draft } from './normalizedEvent.ts';
import { inOrder } from './activities.ts';
import type { Resolved } from './identity.ts';
import { gapOrder } from './identity.ts';
import { emptied, emptyKey, hasHeld, linkTo } from './keys.ts';
import { absorbCookies, valuesOf } from './registers.ts';
import type { Activity, Cookies, Incoming, IdentityRecord, LeadId } from './leadTypes.ts';
import { unknownKind } from '../segment/source.ts';
import { mayLink } from './mayLink.ts';
import { noteLead } from './user.ts';
import { without } from './without.ts';

interface Linked {
  readonly incoming: Incoming[];
  readonly cookies: Cookies;
  readonly activities: Activity[];
  /** The userId was not linked: only a server key may do so. */
  readonly isRefused: boolean;
}

/** Whether this source may link a userId: what a server key has linked, or said, waits for a server key. */
const mayLinkUser = ({ link, heldBy }: IdentityRecord, lead: LeadId, by = unknownKind): boolean =>
  by === 'server' || (heldBy === undefined && (link?.lead === lead || mayLink('userId', link, by)));

/** Links the event's keys to its lead and takes along what they held for it. */
export const linkAll = (
  draft: Draft,
  { order, keys, cookieToken, by }: NormalizedEvent,
  { lead, email, links }: Resolved,
): Linked => {
  const incoming: Incoming[] = [];
  const activities: Activity[] = [];
  let cookies: Cookies = {};
  let isRefused = false;
  for (const { key, firm } of links) {
    const item = draft.keys.get(key) ?? emptyKey;
    const isUser = key === keys.userId;
    if (isUser && !mayLinkUser(item, lead, by)) {
      isRefused ||= item.link?.lead !== lead;
      continue;
    }
    const who = isUser ? (by ?? unknownKind) : undefined;
    const linked = linkTo(item, lead, email, firm ? order : gapOrder, who);
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
  return { incoming, cookies, activities, isRefused };
};

/** A cookie names one lead, the latest. */
const leaveOldLead = (draft: Draft, item: IdentityRecord, lead: LeadId, token: string): void => {
  if (item.link === undefined || item.link.lead === lead) return;
  const old = draft.leads.get(item.link.lead);
  if (old?.cookies[token] === undefined) return;
  draft.leads.set(item.link.lead, { ...old, cookies: without(old.cookies, token) });
};
