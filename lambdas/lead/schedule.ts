import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { hasActivities } from './activities.ts';
import { hasCookies, hasFields, hasRelations, hasPending } from './mailbox.ts';
import { waitsUntil } from './registers.ts';
import type { Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

/*
 * When is a lead called? `nextAtOf` is the whole answer for one lead, and the table's index holds it,
 * written in the same put as the content. Who waits for permits is not touched: its entry stays.
 *
 *   event        call         call ends            lock ends
 *     │ nextAt     │ nextAt      │ nextAt              │
 *     │ = now      │ = lease     │ = end + lock        │ takes what came meanwhile
 *     ▼            ▼             ▼                     ▼
 *   ──┴────────────┴─────────────┴─────────────────────┴──▶ time
 */

/**
 * Where an entry of the index stands; fields go before the rest. `relations`: leads that have only
 * relations to tell, of which one request takes many (`sync/gathering.ts`).
 */
export type Lane = 'fields' | 'relations' | 'rest' | 'keys' | 'visits';

/** What the index says of an item. */
export interface Entry {
  readonly lane: Lane;
  /** Nothing happens to it before. */
  readonly nextAt: EpochMs;
}

/** The earliest next call of a lead; `undefined` when it has nothing to say. */
export const nextAtOf = (mailbox: Mailbox): EpochMs | undefined => {
  const { lockedUntil = 0, retryAt = 0, activities } = mailbox;
  const leadMay = Math.max(lockedUntil, retryAt);
  if (hasFields(mailbox) || hasCookies(mailbox)) return epochMs(leadMay);
  const activitiesAt = hasActivities(activities?.pending) ? (activities?.retryAt ?? 0) : Infinity;
  // Values that wait until Marketo has said which fields it has.
  const described = waitsUntil(mailbox.fields) ?? Infinity;
  const relationsAt = hasRelations(mailbox) ? (mailbox.pause?.retryAt ?? 0) : Infinity;
  const first = Math.min(activitiesAt, relationsAt, described);
  return first === Infinity ? undefined : epochMs(Math.max(leadMay, first));
};

/** Whether a call for this lead may start. */
export const isReady = (mailbox: Mailbox, now: EpochMs): boolean => {
  const nextAt = nextAtOf(mailbox);
  return nextAt !== undefined && nextAt <= now;
};

/** Whether it has something to say that the lock holds back. */
export const waitsForLock = (mailbox: Mailbox, now: EpochMs): boolean =>
  (mailbox.lockedUntil ?? 0) > now && hasPending(mailbox);

/** The lane of a mailbox that may go then. */
export const laneOf = (mailbox: Mailbox, at: EpochMs): 'fields' | 'relations' | 'rest' => {
  const isRelationsTurn = hasRelations(mailbox) && (mailbox.pause?.retryAt ?? 0) <= at;
  if (hasFields(mailbox)) return 'fields';
  if (!isRelationsTurn) return 'rest';
  const { pending, retryAt = 0 } = mailbox.activities ?? {};
  return hasActivities(pending) && retryAt <= at ? 'rest' : 'relations';
};

/**
 * The entry of a mailbox that is written now. A lead that was due already keeps its place: more events
 * do not send it to the end of those who wait.
 */
export const entryOf = (
  mailbox: Mailbox,
  before: Pick<Entry, 'nextAt'> | undefined,
  now: EpochMs,
): Entry | undefined => {
  const nextAt = nextAtOf(mailbox);
  if (nextAt === undefined) return undefined;
  const lane = laneOf(mailbox, nextAt);
  if (nextAt > now) return { lane, nextAt };
  const dueSince = before !== undefined && before.nextAt < now ? before.nextAt : now;
  return { lane, nextAt: epochMs(Math.max(nextAt, dueSince)) };
};

/** With nothing to say, nothing waits: what comes next must not inherit an old backoff. */
export const rested = (mailbox: Mailbox): Mailbox =>
  mailbox.retryAt === undefined || hasPending(mailbox) ? mailbox : without(mailbox, 'retryAt');
