import { rejectionOf } from './leadContent.ts';
import { waitsForDescription } from '../lambdas/lead/registers.ts';
import type {
  Field,
  Fields,
  KeyId,
  IdentityRecord,
  LeadId,
  Mailbox,
} from '../lambdas/lead/leadTypes.ts';
import type { SequenceKey } from '../lambdas/segment/order.ts';
import { messageHashOf } from '../lambdas/segment/order.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import type { Reads } from './leadFind.ts';
import type { Told } from './views.ts';

/** The items that may hold something of an event. */
export interface Places {
  readonly leads: ReadonlyMap<LeadId, Mailbox>;
  readonly keys: ReadonlyMap<KeyId, IdentityRecord>;
}

/** Reads the items that the lines of an event name, and the leads that those keys name or named. */
export const readPlaces = async (reads: Reads, steps: readonly Told[]): Promise<Places> => {
  // A line names what held an event in the same place as its lead.
  const ids = [...new Set(steps.flatMap(({ lead }) => lead ?? []))];
  const keys = present(await reads.keys(ids as KeyId[]));
  const linked = [...keys.values()].flatMap(({ link }) =>
    [link, link?.before].flatMap((named) => named?.lead ?? []),
  );
  return { keys, leads: present(await reads.leads([...(ids as LeadId[]), ...linked])) };
};

const present = <Id, T>(loaded: ReadonlyMap<Id, { readonly state?: T }>): Map<Id, T> =>
  new Map([...loaded].flatMap(([id, { state }]) => (state === undefined ? [] : [[id, state]])));

/** What the items still have of an event; fields by their names. */
export interface Trace {
  /** The lead of whom it is, where one is known. */
  readonly lead?: LeadId | undefined;
  /** Where something of it waits, or waited last. */
  readonly mailbox?: Mailbox | undefined;
  readonly waiting: boolean;
  /** The key that holds something of it for want of an e-mail. */
  readonly holder?: { readonly id: KeyId; readonly item: IdentityRecord } | undefined;
  readonly aside: readonly {
    readonly name: string;
    readonly because: string;
    readonly until?: EpochMs;
  }[];
  /** Marketo has what a field was told last, and this event told it. */
  readonly sent: readonly string[];
  /** Its activity is done: added, or refused and a dead letter. */
  readonly isActivityDone: boolean;
}

const ownIn = (fields: Fields, message: string) =>
  Object.entries(fields).filter(([, { order }]) => isOf(order, message));

const isOf = (order: SequenceKey, message: string): boolean => messageHashOf(order) === message;

const isToGo = (field: Field): boolean => field.value !== undefined || waitsForDescription(field);

const isIn = (
  message: string,
  { fields, activities = {} }: Pick<IdentityRecord, 'fields' | 'activities'>,
): boolean =>
  Object.hasOwn(activities, message) || ownIn(fields, message).some(([, field]) => isToGo(field));

const inMailbox = (message: string, { fields, activities }: Mailbox): boolean =>
  isIn(message, { fields, ...(activities && { activities: activities.pending }) });

/** Looks for an event, by its short hash, in the items that may hold something of it. */
export const traceOf = (message: string, { leads, keys }: Places): Trace => {
  const mailboxes = [...leads];
  const at =
    mailboxes.find(([, mailbox]) => inMailbox(message, mailbox)) ??
    mailboxes.find(([, { fields }]) => ownIn(fields, message).length > 0) ??
    mailboxes.at(-1);
  const [lead, mailbox] = at ?? [];
  const held = [...keys].find(([, item]) => isIn(message, item));
  const isMoving = held?.[1].link !== undefined;
  const settled = ownIn(mailbox?.fields ?? {}, message).filter(([, field]) => !isToGo(field));
  return {
    lead,
    mailbox,
    waiting: isMoving || (mailbox !== undefined && inMailbox(message, mailbox)),
    holder: held && !isMoving ? { id: held[0], item: held[1] } : undefined,
    aside: settled.flatMap(([name, field]) => {
      const { because, until } = rejectionOf(field) ?? {};
      if (because === undefined) return [];
      return [{ name, because, ...(until !== undefined && { until }) }];
    }),
    sent: settled.filter(([, field]) => rejectionOf(field) === undefined).map(([name]) => name),
    isActivityDone: mailboxes.some(([, { activities }]) => activities?.done.includes(message)),
  };
};
