import type { Order } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';

/** A field's value as every client can send it; `null` clears the field. */
export type FieldValue = string | number | boolean | null;

/** base64url SHA-256 of the lead's e-mail key: names a lead in the table, in queues and in logs. */
export type LeadId = string & { readonly __brand: 'lead' };

/** base64url SHA-256 of a lead key (a cookie token, a userId, an anonymousId) and its kind. */
export type KeyId = string & { readonly __brand: 'key' };

/** Why Marketo did not get a value, and which value that was. */
export interface Aside {
  readonly because: string;
  /** The same value is not tried again. Absent: the next event may try. */
  readonly digest?: string;
  /** Until then; absent: as long as the mailbox lives. */
  readonly until?: EpochMs;
  /** Left out unsent, because Marketo has no such field: goes out once it has. */
  readonly value?: FieldValue;
}

/** A last-writer-wins register. It is pending while it has a `value`. */
export interface Field {
  readonly order: Order;
  readonly value?: FieldValue;
  /** Of the value that Marketo has for certain. */
  readonly digest?: string;
  readonly sentAt?: EpochMs;
  readonly aside?: Aside;
}

/** A visitor's cookie of this lead, by its token. Pending until it is associated or put aside. */
export interface Cookie {
  readonly order: Order;
  readonly derived?: true;
  readonly associated?: true;
  readonly aside?: string;
}

export type Fields = Readonly<Record<string, Field>>;
export type Cookies = Readonly<Record<string, Cookie>>;

/** What a lead still has to tell Marketo, and what it has told. One item a lead. */
export interface Mailbox {
  readonly fields: Fields;
  readonly cookies: Cookies;
  /** The e-mail as last written by an event that named it. */
  readonly address: { readonly text: string; readonly order: Order };
  readonly lockedUntil?: EpochMs;
  /** The call in flight. */
  readonly owner?: string;
  /** Backoff, quota or a closed window: no call before this. */
  readonly notBefore?: EpochMs;
  /** When a due message that was already sent appears; a promise only while it lies ahead. */
  readonly dueAt?: EpochMs;
  /** Tries since the last answer that settled something; the backoff grows with them. */
  readonly attempts?: number;
  /** Those of them that spoke of this lead alone. */
  readonly ownAttempts?: number;
  /** The call that wrote its answer last. */
  readonly lastOwner?: string;
  /** The largest call that this lead may be part of, after a refusal that named nobody. */
  readonly callMost?: number;
  readonly marketoId?: number;
}

/** The lead that a key names since the event with this order. */
export interface Link {
  readonly lead: LeadId;
  readonly email: string;
  readonly order: Order;
  /** Whom it named before: events of that time still belong there, however late they come. */
  readonly before?: { readonly lead: LeadId; readonly email: string };
}

/** A key's alias and its provisional mailbox: one item under one compare-and-swap. */
export interface KeyItem {
  /** The alias: this key's lead. */
  readonly link?: Link;
  /** Held: what moves to the lead when an e-mail turns up. */
  readonly fields: Fields;
  readonly cookies: Cookies;
  readonly heldSince?: EpochMs;
  /** A cookie's key only: the lead with which Marketo was told of it over SOAP. */
  readonly claimedBy?: LeadId;
}

/** A value that an event gives to a field. */
export interface Incoming {
  readonly name: string;
  readonly value: FieldValue;
  readonly order: Order;
}

/** What a mailbox gives up, with the reason: an item of its own in the leads table. */
export interface DeadLetter {
  readonly because: string;
  readonly lead?: LeadId;
  readonly key?: KeyId;
  readonly fields: readonly Incoming[];
}

/** The short digest of a value; handed in, because the pure rooms hash nothing themselves. */
export type DigestOf = (value: FieldValue) => string;
