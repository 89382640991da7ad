import type { RemovalVerdict } from '../lead/removal.ts';
import type { ActivityVerdict, Found, Retry, Synced } from '../lead/leadVerdicts.ts';
import type { Activity, FieldValue, LeadId } from '../lead/leadTypes.ts';
import type { SequenceKey } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';

export type { Activity, ActivityVerdict, Synced, FieldValue, LeadId };

/** The fields of one lead for one call. Field names are SOAP names. */
export interface Update {
  readonly lead: LeadId;
  /** As the event gave it, trimmed; empty where another field finds the lead and no e-mail is known. */
  readonly email: string;
  /** A company and no lead: its `externalCompanyId`. It has only relations to tell. */
  readonly company?: string;
  /** The value by which Marketo finds the lead, where that is not its e-mail. */
  readonly lookupValue?: string;
  readonly fields: readonly { readonly name: string; readonly value: FieldValue }[];
  /** Names of those fields that go only where Marketo makes the lead; at least one, or absent. */
  readonly newOnly?: readonly string[];
  /** Where Marketo makes the lead; absent: where the settings say. */
  readonly partition?: string;
  /** The token (`_mch-…`) of a cookie that Marketo has not yet been told of with this lead. */
  readonly cookie?: string;
  /** Custom activities that Marketo does not have yet; at least one, or absent. */
  readonly activities?: readonly Activity[];
  /** Relations that Marketo does not have yet, by their registers' names; at least one, or absent. */
  readonly relations?: readonly {
    readonly name: string;
    readonly value: FieldValue;
    /** Of the event that said it; absent where nobody asks how long it has waited. */
    readonly order?: SequenceKey;
  }[];
  /** Marketo's id of the lead, once it has told us. */
  readonly marketoId?: number;
  /** Marketo has the lead under another e-mail, so that only its id finds it. */
  readonly byId?: true;
  /** E-mails under which Marketo may have the lead, whose id no answer has told; the latest last. */
  readonly formerEmails?: readonly string[];
  /** This lead must not share a call with more than this many leads, itself included. */
  readonly callMost?: number;
  /** No request with its activities may carry more than this many. */
  readonly maxActivitiesPerRequest?: number;
  /** Likewise for its relations. */
  readonly maxRelationsPerRequest?: number;
}

/** What an answer of Marketo means for us. `because` is for people and never holds personal data. */
export type Verdict = Found &
  (
    | Synced
    | (Retry & {
        /** The code of the answer stands in no table of ours. */
        readonly isUnknownCode?: true;
      })
    /**
     * Nobody's fault (transport, throttling, credentials): all wait. `worked` is false where Marketo
     * refused before it did anything, so that the request was no sync call.
     */
    | {
        readonly kind: 'unavailable';
        readonly because: string;
        readonly worked: boolean;
        /** For want of time or of a permit, which says nothing of Marketo: others may go on. */
        readonly isUnsent?: true;
        /** The day's quota of API calls is used up: nothing goes before it is counted anew. */
        readonly isDayUsedUp?: true;
      }
    /** These fields cost the call; the others may go. `unknown`: no such field in this instance. */
    | {
        readonly kind: 'field-refused';
        readonly fields: readonly string[];
        readonly unknown: boolean;
        readonly because: string;
      }
    /** `isOfLead`: no value of ours is to blame. */
    | {
        readonly kind: 'refused';
        readonly because: string;
        readonly isOfLead?: true;
        /** The settings want it so: nothing has gone wrong. */
        readonly isBySetting?: true;
      }
  );

/** One verdict for the whole call, or one for each of its leads, in their order. */
export type CallAnswer =
  | { readonly whole: Verdict }
  /** `unavailable`: how a later request of the call found Marketo closed to all. */
  | { readonly each: readonly Verdict[]; readonly unavailable?: Unavailable };

export type Unavailable = Extract<Verdict, { kind: 'unavailable' }>;

/** What became of leads that were to be deleted. */
export interface Removed {
  /** In the order of what was asked. */
  readonly each: readonly RemovalVerdict[];
  /** How a request found Marketo closed to all. */
  readonly closed?: Unavailable;
}

/** A web page activity, ready for Munchkin's `visitWebPage`. */
export interface Visit {
  readonly messageId: string;
  /** The visitor: the token of a Munchkin cookie (`_mch-…`). */
  readonly token: string;
  /** The path: `/pricing`, `/event/Signed-Up`. */
  readonly path: string;
  /** The query without `?`. */
  readonly query?: string;
  /** The token of a link in one of Marketo's own mails (`mkt_tok`): says which lead clicked it. */
  readonly mailToken?: string;
  readonly host?: string;
  /** `https:` */
  readonly protocol?: string;
  readonly referrer?: string;
  readonly userAgent?: string;
  readonly at: EpochMs;
}

export type VisitVerdict =
  | { readonly kind: 'visited' }
  | { readonly kind: 'retry'; readonly because: string }
  | { readonly kind: 'refused'; readonly because: string };
