import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { trialOf } from './narrowing.ts';
import { isLeadField, leadFieldsIn, relationsIn } from './relations.ts';
import { isPending, mapFields, valuesOf } from './registers.ts';
import { keyOf } from './activities.ts';
import type { Activity, Incoming, Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

/*
 *  lock write                call ends                    next call may start
 *      │◀── ≤ callTimeoutMs ──▶│◀── lockMs: 30 s + skew ──▶│
 *      ├── lease = callTimeoutMs + lockMs ─────────────────────────▶│  (holds if the worker dies)
 *      t0                      t1                           t1 + lockMs
 *
 * The deadline t0 + callTimeoutMs covers every request of the turn, so t1 never lies beyond it.
 */

/** What a call takes along, as it stood when the lock was written. */
export interface Snapshot {
  readonly owner: string;
  readonly email: string;
  /** Its e-mail does not find the lead: its id does. */
  readonly byId?: true;
  readonly fields: readonly Incoming[];
  /** Relations of the lead; absent where there are none. */
  readonly relations?: readonly Incoming[];
  /** All relations that wait until Marketo has the lead, those that go included; absent: none, or it has it. */
  readonly unmadeRelations?: readonly Incoming[];
  /** What waits while it is looked for the value that Marketo refuses; absent: nothing does. */
  readonly heldBack?: readonly Incoming[];
  readonly cookie?: string;
  /** The earliest first; absent where there are none. */
  readonly activities?: readonly Activity[];
}

/**
 * Takes the lock for one call and reads what it is to send. The digests of these fields go: a call
 * that times out may have been applied, so until `synced` nobody knows what Marketo has.
 */
export const lock = (
  mailbox: Mailbox,
  call: {
    readonly owner: string;
    readonly lockedUntil: EpochMs;
    readonly cookie?: string;
    /** Those that have room in the call; one that is done by now stays behind. */
    readonly activities?: readonly Activity[];
    /** Names of the registers that have room in the call. */
    readonly relations?: readonly string[];
  },
): { mailbox: Mailbox; snapshot: Snapshot } => {
  const named = new Set(call.relations);
  const pending = valuesOf(relationsIn(mailbox.fields));
  const relations = pending.filter(({ name }) => named.has(name));
  const isUnmade = mailbox.marketoId === undefined && mailbox.company === undefined;
  const fields = mapFields(mailbox.fields, (field, name) =>
    isPending(field) && (named.has(name) || isLeadField(name))
      ? without(field, 'digest', 'sentAt')
      : field,
  );
  const pendingFields = valuesOf(leadFieldsIn(mailbox.fields));
  const sent = trialOf(mailbox.narrowing, pendingFields);
  const heldBack = pendingFields.filter((one) => !sent.includes(one));
  const { owner, lockedUntil, cookie } = call;
  const { pending: box = {} } = mailbox.activities ?? {};
  const activities = (call.activities ?? []).flatMap((planned) => box[keyOf(planned)] ?? []);
  return {
    mailbox: { ...mailbox, fields, owner, lockedUntil },
    snapshot: {
      owner,
      email: mailbox.address.text,
      ...(isById(mailbox) && { byId: true as const }),
      fields: sent,
      ...(heldBack.length > 0 && { heldBack }),
      ...(cookie !== undefined && { cookie }),
      ...(activities.length > 0 && { activities }),
      ...(relations.length > 0 && { relations }),
      ...(isUnmade && pending.length > 0 && { unmadeRelations: pending }),
    },
  };
};

/** Whether the lead has to be found by its id: its e-mail is a new one, or does not find it. */
export const isById = ({ renamed, needsId, marketoId }: Mailbox): boolean =>
  (renamed ?? needsId ?? false) && marketoId !== undefined;

/**
 * The lock after a call. Answered: it counts from now. Broken off: Marketo may still be at work, so
 * the lease stands, which covers all its time. A request that it refused before working is no call.
 */
export const unlock = (
  mailbox: Mailbox,
  end: {
    readonly at: EpochMs;
    readonly worked: boolean;
    readonly isOver: boolean;
    readonly lockMs: number;
  },
): Mailbox => {
  const lastOwner = mailbox.owner === undefined ? {} : { lastOwner: mailbox.owner };
  const ended = { ...without(mailbox, 'owner'), ...lastOwner };
  if (!end.worked) return without(ended, 'lockedUntil');
  return end.isOver ? { ...ended, lockedUntil: epochMs(end.at + end.lockMs) } : ended;
};
