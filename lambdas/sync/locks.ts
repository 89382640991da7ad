import { digestOf } from '../digest.ts';
import { failUpdate } from '../lead/failUpdate.ts';
import type { KnownFields } from '../lead/leaveOut.ts';
import { leaveOut } from '../lead/leaveOut.ts';
import type { Snapshot } from '../lead/lock.ts';
import { lock } from '../lead/lock.ts';
import { isReady } from '../lead/schedule.ts';
import { hasPending, hasRelations, isCookiePending } from '../lead/mailbox.ts';
import type { DeadLetter, LeadId, Mailbox } from '../lead/leadTypes.ts';
import type { Update } from '../marketo/marketoTypes.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { ReadyLead } from './callPlan.ts';
import type { Reports } from './reports.ts';
import type { Loaded, Store } from '../store/leadStore.ts';

/** More lost races than this in a row: another turn is busy with the lead; its entry stays due. */
const maxRaces = 8;

/** A lead whose lock a call has taken. */
export interface Locked {
  readonly lead: LeadId;
  readonly snapshot: Snapshot;
  /** What the lock write left in the table. */
  readonly loaded: Loaded<Mailbox>;
}

export interface LockPorts {
  readonly store: Store;
  readonly reports: Reports;
  /** Writes a dead letter; the same again is the same one. */
  readonly putDeadLetter: (deadLetter: DeadLetter) => Promise<void>;
  readonly leaseMs: number;
}

interface LockCall {
  readonly owner: string;
  /** Read before the first lock write: the lease counts from it. */
  readonly at: EpochMs;
  readonly known: KnownFields;
}

const written = (loaded: Loaded<Mailbox>, state: Mailbox): Loaded<Mailbox> => ({
  state,
  ...(loaded.version !== undefined && { version: loaded.version + 1 }),
});

/**
 * Locks a lead for a call and reads what it is to send; `undefined` when it has nothing to send now:
 * its entry in the index says when it has.
 */
export const createLocks =
  ({ store, reports, putDeadLetter, leaseMs }: LockPorts) =>
  async (
    ready: ReadyLead,
    plan: Pick<Update, 'cookie' | 'activities' | 'relations'>,
    { owner, at, known }: LockCall,
  ): Promise<Locked | undefined> => {
    const { lead } = ready;
    const { cookie: token, activities: planned, relations: planRelations } = plan;
    let loaded: Loaded<Mailbox> = ready.loaded;
    for (let race = 0; race < maxRaces; race += 1) {
      if (race > 0) loaded = (await store.leads([lead])).get(lead) ?? {};
      if (loaded.state === undefined) return undefined;
      const leftOut = leaveOut(loaded.state, known, digestOf);
      const { mailbox, failed } = leftOut;
      if (failed.length > 0 && isReady(mailbox, at)) {
        const update = failUpdate(mailbox, failed);
        const dead = { ...update.dead, lead };
        await putDeadLetter(dead);
        if (!(await store.saveLead(lead, loaded, update.mailbox))) continue;
        reports.leftOut(lead, leftOut);
        reports.failed(lead, update.dead, failed);
        return undefined;
      }
      // A lost race whose winner bears our owner was our own write, retried by the SDK: lock again.
      const isOurs = mailbox.owner === owner && failed.length === 0;
      if (!hasPending(mailbox) || !(isOurs || isReady(mailbox, at))) {
        if (!(await store.saveLead(lead, loaded, mailbox))) continue;
        reports.leftOut(lead, leftOut);
        return undefined;
      }
      const cookie = token === undefined ? undefined : mailbox.cookies[token];
      const isCookieOurs = cookie !== undefined && isCookiePending(cookie);
      const locked = lock(mailbox, {
        owner,
        lockedUntil: epochMs(at + leaseMs),
        ...(isCookieOurs && token !== undefined && { cookie: token }),
        ...(planned !== undefined && { activities: planned }),
        ...(planRelations && { relations: planRelations.map(({ name }) => name) }),
      });
      const { fields, cookie: goes, activities, relations } = locked.snapshot;
      // To try the lead's key alone is a call, too.
      const isTrial = mailbox.narrowing?.refusedAlone !== undefined;
      const isEmpty = fields.length === 0 && [goes, activities, relations].every((one) => !one);
      // A lead that is only to have relations is made first, with nothing but its e-mail.
      const isToBeMade =
        mailbox.company === undefined && mailbox.marketoId === undefined && hasRelations(mailbox);
      if (!isTrial && !isToBeMade && isEmpty) {
        if (mailbox === loaded.state) break;
        // It was planned for fields that are left out by now: what else it has to tell is planned next.
        if (!(await store.saveLead(lead, loaded, mailbox))) continue;
        reports.leftOut(lead, leftOut);
        return undefined;
      }
      if (!(await store.lockLead(lead, loaded, locked.mailbox))) continue;
      reports.leftOut(lead, leftOut);
      return { lead, snapshot: locked.snapshot, loaded: written(loaded, locked.mailbox) };
    }
    return undefined;
  };

export type Locks = ReturnType<typeof createLocks>;
