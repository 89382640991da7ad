import { hasActivities } from '../../lambdas/lead/activities.ts';
import { hasHeld } from '../../lambdas/lead/keys.ts';
import { hasCookies, hasFields, hasRelations } from '../../lambdas/lead/mailbox.ts';
import type { Erasure } from '../../lambdas/lead/erasurePlan.ts';
import type { IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type { Stored } from '../../lambdas/store/leadsTable.ts';
import type { Character } from './character.ts';

/** A lead that a call has locked. */
interface Taken {
  readonly lead: string;
  readonly at: number;
  /** How long after it might have been called. */
  readonly lateMs: number;
  /** It had fields to tell, or only relations, or only cookies and activities. */
  readonly lane: string;
}

/** What an item has to have in the index; `undefined`: nothing. */
interface Wanted {
  readonly lane: string;
  /** No entry may be before: somebody would look for nothing. */
  readonly from: number;
  /** None may be after, nor the present moment, whichever is later. */
  readonly by: number;
}

const leadWants = (mailbox: Mailbox): Wanted | undefined => {
  const { lockedUntil = 0, retryAt = 0, activities, pause } = mailbox;
  const may = Math.max(lockedUntil, retryAt);
  if (hasFields(mailbox)) return { lane: 'fields', from: may, by: may };
  const acts = hasActivities(activities?.pending) ? (activities?.retryAt ?? 0) : Infinity;
  const relations = hasRelations(mailbox) ? (pause?.retryAt ?? 0) : Infinity;
  const at = (time: number): Wanted => ({
    lane: relations <= time && acts > time ? 'relations' : 'rest',
    from: time,
    by: time,
  });
  if (hasCookies(mailbox)) return at(may);
  const first = Math.min(acts, relations, describedAt(mailbox));
  return first === Infinity ? undefined : at(Math.max(may, first));
};

/** When values are looked at again that wait for Marketo's description of its fields. */
const describedAt = ({ fields }: Mailbox): number =>
  Math.min(
    ...Object.values(fields).map(({ value, order, aside }) =>
      value === undefined && aside?.isWaiting && aside.order === order
        ? (aside.until ?? Infinity)
        : Infinity,
    ),
  );

const callable = (mailbox: Mailbox): boolean =>
  hasFields(mailbox) ||
  hasRelations(mailbox) ||
  hasCookies(mailbox) ||
  hasActivities(mailbox.activities?.pending);

const keyWants = (item: IdentityRecord, holdMs: number): Wanted | undefined => {
  if (!hasHeld(item)) return undefined;
  if (item.link !== undefined) return { lane: 'keys', from: 0, by: 0 };
  // A cookie alone is kept for its key, and waits for nothing.
  if (item.heldSince === undefined) return undefined;
  const end = item.heldSince + holdMs;
  return { lane: 'keys', from: end, by: end };
};

const visitWants = ({ visit }: { readonly visit?: object }): Wanted | undefined =>
  visit && { lane: 'visits', from: 0, by: Infinity };

/** It is over once it has been done twice, and names nothing any more. */
const erasureWants = ({ isErased, keys }: Erasure): Wanted | undefined =>
  isErased && keys.length === 0 ? undefined : { lane: 'keys', from: 0, by: Infinity };

interface AuditPorts {
  readonly now: () => number;
  readonly character: Pick<Character, 'skewMs' | 'holdMs'>;
}

/**
 * Looks at each write of the table, which is the only thing that changes the index: what has something
 * pending has an entry with its time, and no entry outlives its content.
 */
export const createAudit = ({ now, character: { skewMs, holdMs } }: AuditPorts) => {
  const misfiled = new Set<string>();
  const taken: Taken[] = [];
  /** Of each lead, when it was last written down that Marketo has it, or another one than before, or none. */
  const replacedAt = new Map<string, number>();
  const ids = new Map<string, number | undefined>();
  const leads = new Map<
    string,
    { readonly mayAt?: number; readonly lane?: string; readonly owner?: string }
  >();

  const wantedOf = (key: string, state: unknown): Wanted | undefined => {
    if (key.startsWith('lead#')) return leadWants(state as Mailbox);
    if (key.startsWith('key#')) return keyWants(state as IdentityRecord, holdMs);
    if (key.startsWith('erasure#')) return erasureWants(state as Erasure);
    return key.startsWith('visit#') ? visitWants(state as { readonly visit?: object }) : undefined;
  };

  const wrongIn = (key: string, { state, entry, expiresAt }: Stored): string | undefined => {
    const wanted = wantedOf(key, state);
    if (wanted === undefined) {
      if (entry !== undefined) return 'has an entry and nothing pending';
      return key.includes('#') && expiresAt === undefined ? 'stays for ever' : undefined;
    }
    if (entry === undefined) return 'has something pending and no entry';
    if (entry.lane !== wanted.lane) return `is in the lane ${entry.lane}, not ${wanted.lane}`;
    if (expiresAt !== undefined) return 'has something pending and an end';
    if (entry.nextAt < wanted.from) return `is due ${wanted.from - entry.nextAt} ms too early`;
    const latest = Math.max(wanted.by, now() + skewMs);
    return entry.nextAt > latest ? `is due ${entry.nextAt - latest} ms too late` : undefined;
  };

  const followId = (lead: string, { marketoId }: Mailbox): void => {
    const before = ids.get(lead);
    // An answer may say both that Marketo has made a lead and that it is gone: then no id was written down.
    const isFirst = !ids.has(lead);
    if (before !== marketoId && (isFirst || before !== undefined)) replacedAt.set(lead, now());
    if (marketoId !== undefined || !isFirst) ids.set(lead, marketoId);
  };

  /** Follows a lead from when it might be called to when a call takes it. */
  const follow = (lead: string, mailbox: Mailbox): void => {
    const { mayAt, lane, owner } = leads.get(lead) ?? {};
    const isTaken = mailbox.owner !== undefined && mailbox.owner !== owner;
    if (isTaken && mayAt !== undefined && lane !== undefined)
      taken.push({ lead, at: now(), lateMs: now() - mayAt, lane });
    const wanted = callable(mailbox) ? leadWants(mailbox) : undefined;
    const since = mayAt === undefined ? now() : Math.min(mayAt, now());
    const next = wanted && Math.max(since, wanted.from);
    // What gets fields to tell only now has waited for those only since.
    const isNew = wanted !== undefined && lane !== 'fields' && wanted.lane === 'fields';
    leads.set(lead, {
      ...(wanted &&
        next !== undefined && {
          lane: wanted.lane,
          mayAt: isNew ? Math.max(now(), wanted.from) : next,
        }),
      ...(mailbox.owner !== undefined && { owner: mailbox.owner }),
    });
  };

  return {
    onWrite: (key: string, item: Stored): void => {
      const wrong = wrongIn(key, item);
      if (wrong !== undefined) misfiled.add(`${key} ${wrong} at ${new Date(now()).toISOString()}`);
      if (!key.startsWith('lead#')) return;
      const lead = key.slice('lead#'.length);
      follow(lead, item.state as Mailbox);
      followId(lead, item.state as Mailbox);
    },
    misfiled,
    taken,
    replacedAt,
  };
};
