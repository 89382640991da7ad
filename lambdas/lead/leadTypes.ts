import type { SequenceKey } from '../segment/order.ts';
import type { SourceKind } from '../segment/source.ts';
import type { EpochMs } from '../segment/time.ts';

/** A field's value as every client can send it; `null` clears the field. */
export type FieldValue = string | number | boolean | null;

/** base64url SHA-256 of the lead's e-mail key: names a lead in the table, in queues and in logs. */
export type LeadId = string & { readonly __brand: 'lead' };

/** base64url SHA-256 of a lead key (a cookie token, a userId, an anonymousId) and its kind. */
export type KeyId = string & { readonly __brand: 'key' };

/** Names an item that lists some of the keys of a lead, or of the leads of a userId. */
export type KeyPageId = string & { readonly __brand: 'keyPage' };

/** Why Marketo did not get a value, and which value that was. */
export interface Rejection {
  readonly because: string;
  /** The same value is not tried again. Absent: the next event may try. */
  readonly digest?: string;
  /** Until then; absent: as long as the mailbox lives. */
  readonly until?: EpochMs;
  /** Left out unsent: goes out once Marketo takes it, unless a later event says otherwise. */
  readonly value?: FieldValue;
  /** Of the latest event that said what is left out. */
  readonly order?: SequenceKey;
  /**
   * The refused value, once a later event has said it again: that event ends in the dead letter of the
   * first one, and goes out by itself where a deletion takes that letter.
   */
  readonly repeated?: FieldValue;
  /** Nothing speaks against the value: it waits, until then, for Marketo's description of fields. */
  readonly isWaiting?: true;
  /** Nobody asked for this field, so nobody is told that it is missing. */
  readonly isOptional?: true;
}

/**
 * A last-writer-wins register. It is pending while it has a `value`. Not all are fields of the lead:
 * `relations.ts` says which are what else.
 */
export interface Field {
  readonly order: SequenceKey;
  readonly value?: FieldValue;
  /** Who said what has not gone out, by the name of the source. */
  readonly source?: string;
  /** Of the value that Marketo has for certain. */
  readonly digest?: string;
  readonly sentAt?: EpochMs;
  readonly aside?: Rejection;
  /** Of a relation: tries of the pending value that spoke of it alone. */
  readonly attempts?: number;
}

/** A visitor's cookie of this lead, by its token. Pending until it is associated or rejected. */
export interface Cookie {
  readonly order: SequenceKey;
  readonly derived?: true;
  readonly associated?: true;
  readonly aside?: string;
}

export type Fields = Readonly<Record<string, Field>>;
export type Cookies = Readonly<Record<string, Cookie>>;

export type ActivityValue = NonNullable<FieldValue>;

/** A custom activity of a lead, as one event tells it. */
export interface Activity {
  readonly order: SequenceKey;
  /** Marketo's id of the activity's type. */
  readonly typeId: number;
  readonly at: EpochMs;
  /** The value of the type's primary attribute; never empty. */
  readonly primary: string;
  /** By Marketo's API names. */
  readonly attributes: Readonly<Record<string, ActivityValue>>;
  /** Tries that spoke of this activity alone. */
  readonly attempts?: number;
}

/** By the short hash of the message that each comes from: one message is one activity. */
export type Activities = Readonly<Record<string, Activity>>;

/** How what a lead has to tell beside its fields is tried again: fields do not wait for it. */
export interface Pause {
  /** No try before this. */
  readonly retryAt?: EpochMs;
  readonly attempts?: number;
  /** The largest request that it may be part of, after a refusal that named none. */
  readonly most?: number;
}

/** What a lead still has to tell Marketo of what the person did. */
export interface ActivityBox extends Pause {
  readonly pending: Activities;
  /** Messages whose activities Marketo has, or has refused; the latest end comes last. */
  readonly done: readonly string[];
}

/** What is suspected, by the names of fields. At least one of them is refused. */
export interface Narrowing {
  readonly suspects: readonly string[];
  /** Marketo took a call since it began: the lead's key is not to blame. */
  readonly isKeyGood?: true;
  /** The one suspect was refused alone, with this order and for this reason: its key is tried without it. */
  readonly refusedAlone?: {
    readonly order: SequenceKey;
    readonly because: string;
    /** Marketo gave no reason, so that it may have been an outage: once more alone, after the key. */
    readonly mayPass?: true;
  };
  /** The one suspect failed alone with this order, and the key alone was taken after it. */
  readonly failedOnce?: SequenceKey;
}

interface SaidAddress {
  readonly text: string;
  readonly order: SequenceKey;
}

/** The e-mail as last written by an event that named it; what a server key has named comes first. */
export interface Address extends SaidAddress {
  readonly by?: 'server';
  /** What a browser key has named since then. It counts once a deletion takes what the server key named. */
  readonly page?: SaidAddress;
}

/**
 * What a lead still has to tell Marketo, and what it has told. One item a lead. When it may go next
 * follows from it (`nextAtOf` in `schedule.ts`), and stands in the item's index entry.
 */
export interface Mailbox {
  /** All registers: fields of the lead, and what `relations.ts` names beside them. */
  readonly fields: Fields;
  readonly cookies: Cookies;
  /** Absent where the lead never had any. */
  readonly activities?: ActivityBox;
  /** Of the relations. */
  readonly pause?: Pause;
  readonly address: Address;
  /** The value by which Marketo finds the lead, where that is not its e-mail, as last written. */
  readonly lookup?: { readonly text: string; readonly order: SequenceKey };
  /**
   * A company and no lead: its `externalCompanyId`. Its registers are relations of the kind `company`; it has nothing of
   * a person, so that nothing finds it but its id.
   */
  readonly company?: string;
  /** Marketo's id of the lead, once it has told us. */
  readonly marketoId?: number;
  /** E-mails under which calls may have made the lead whose answers were lost: looked up before the next call. */
  readonly formerEmails?: readonly string[];
  /** Marketo has the lead under an earlier e-mail: it is updated by its id until Marketo has this one. */
  readonly renamed?: true;
  /** Its key does not find it: several leads have the key, or it is in another partition. */
  readonly needsId?: true;
  /** Marketo has just made the lead, and lacks values that go only to new leads: they may still go. */
  readonly isNew?: true;
  /**
   * An alias and no mailbox: this e-mail names another lead, since an event with this order. Everything
   * else is empty. It stands in the item that the e-mail's own lead would have, so that whoever makes
   * that lead at the same time loses the race.
   */
  readonly alias?: { readonly lead: LeadId; readonly order: SequenceKey };

  /** No call before this: of the call in flight its lease, after a call the lock. */
  readonly lockedUntil?: EpochMs;
  /** The call in flight. */
  readonly owner?: string;
  /** The call that wrote its answer last. */
  readonly lastOwner?: string;

  /** Backoff after a call that failed: no call before this. */
  readonly retryAt?: EpochMs;
  /** Tries since the last answer that settled something; the backoff grows with them. */
  readonly attempts?: number;
  /** Those of them that spoke of this lead alone. */
  readonly ownAttempts?: number;
  /** Which values Marketo refuses, after a refusal of the whole lead that named none. */
  readonly narrowing?: Narrowing;
  /** How often all of it was refused, one time after the other. */
  readonly refusals?: number;
  /** The largest call that this lead may be part of, after a refusal that named nobody. */
  readonly callMost?: number;

  /** The keys that name this lead, the latest last: where to look when its user is deleted. */
  readonly keys?: readonly KeyId[];
  /** Items that list earlier ones, the latest last. */
  readonly keyPages?: readonly KeyPageId[];
  /** What came before this was deleted and stays so. */
  readonly deleted?: SequenceKey;
  /** The latest refusal of consent: what is older and had not gone out goes nowhere. */
  readonly withdrawn?: SequenceKey;
  /** Dead letters that went back into this mailbox, by their marks, the latest last. */
  readonly revived?: readonly string[];
}

/**
 * The lead that a key names since the event with this order. `by`, of a userId alone: who linked it; absent:
 * a link of version 0.1.
 */
export interface Link {
  readonly lead: LeadId;
  readonly email: string;
  readonly order: SequenceKey;
  readonly by?: SourceKind;
  /** Whom it named before: events of that time still belong there, however late they come. */
  readonly before?: { readonly lead: LeadId; readonly email: string };
}

/** A key's alias and its provisional mailbox: one item under one compare-and-swap. */
export interface IdentityRecord {
  /** The alias: this key's lead. */
  readonly link?: Link;
  /** Held: what moves to the lead when an e-mail turns up. */
  readonly fields: Fields;
  readonly cookies: Cookies;
  readonly activities?: Activities;
  readonly heldSince?: EpochMs;
  /** Of a userId: a server key said some of it, so it waits for a server key to name an e-mail. */
  readonly heldBy?: 'server';
  /** A cookie's key only: the lead with which Marketo was told of it over SOAP. */
  readonly claimedBy?: LeadId;
  /** What came before this was deleted and stays so. */
  readonly deleted?: SequenceKey;
  /** The latest refusal of consent: what is older and had not gone out goes nowhere. */
  readonly withdrawn?: SequenceKey;
  /**
   * A userId's key only: the leads that it has named besides that of its link, and when last.
   */
  readonly leads?: Readonly<Record<string, SequenceKey>>;
  /** A userId's key only: items that list earlier ones, the latest last. */
  readonly leadPages?: readonly KeyPageId[];
  /** A userId's key only: the orders of its user's deletions, the latest last. */
  readonly deletes?: readonly SequenceKey[];
}

/** A value that an event gives to a field. */
export interface Incoming {
  readonly name: string;
  readonly value: FieldValue;
  readonly order: SequenceKey;
  /** The name of the source that sent it; absent: nobody knows. */
  readonly source?: string;
}

/** What a mailbox gives up, with the reason: an item of its own in the leads table. */
export interface DeadLetter {
  readonly because: string;
  readonly lead?: LeadId;
  readonly key?: KeyId;
  readonly fields: readonly Incoming[];
  readonly activities?: readonly Activity[];
  /** Nobody has to look after it until then, and from then on it is gone. Absent: it stays until it is taken back. */
  readonly until?: EpochMs;
}

/** The short digest of a value; handed in, because the pure folders hash nothing themselves. */
export type DigestOf = (value: FieldValue) => string;
