import type { EpochMs } from '../segment/time.ts';
import type { DeadLetter, DigestOf, LeadId, Mailbox } from './leadTypes.ts';

/** Try again with backoff; after `attempts` tries of its own (absent: for ever) it is refused. */
export interface Retry {
  readonly kind: 'retry';
  readonly because: string;
  readonly attempts?: number;
  /** Marketo has no lead of this id any more: the lead's e-mail has to find or make it anew. */
  readonly isLeadGone?: true;
}

/**
 * What became of one activity of a call, or of one relation: `added` means that Marketo
 * has it. `shared`: the answer speaks of a whole request of so many and names none; absent: of this one alone.
 */
export type ActivityVerdict =
  /** `because`: why there was nothing to do. */
  | { readonly kind: 'added'; readonly because?: string }
  /** Not sent, or all of Marketo is closed: it waits, and that counts as no try. */
  | { readonly kind: 'pending'; readonly because: string }
  | (Retry & {
      readonly shared?: number;
      /** The code of the answer stands in no table of ours. */
      readonly isUnknownCode?: true;
    })
  | { readonly kind: 'refused'; readonly because: string; readonly shared?: number };

/**
 * Marketo's id of a lead that its key does not find: several leads have the key, or the lead is in
 * another partition. It goes by this id from now on.
 */
export interface Found {
  readonly foundId?: number;
}

/** The fields are there; and the cookie, if one went along, unless it says otherwise. */
export interface Synced {
  readonly kind: 'synced';
  readonly marketoId?: number;
  /** Marketo had no such lead, and made one. */
  readonly isCreated?: true;
  /** Fields of the call that did not go, since they are for new leads only. */
  readonly withheld?: readonly string[];
  /** What became of the cookie, if it was not associated. */
  readonly cookie?: 'pending' | { readonly because: string };
  /** Of each activity that went along, in their order; absent: the lead API takes none. */
  readonly activities?: readonly ActivityVerdict[];
  /** Likewise of each relation. */
  readonly relations?: readonly ActivityVerdict[];
}

/**
 * What an answer means for one lead of the call. `own` says that it speaks of this lead alone: a
 * record's own status, or a call that carried no other lead.
 */
export type LeadVerdict = Found &
  (
    | Synced
    | (Retry & { readonly own: boolean })
    | {
        readonly kind: 'unavailable';
        readonly because: string;
        readonly worked: boolean;
      }
    | {
        readonly kind: 'field-refused';
        readonly because: string;
        readonly fields: readonly string[];
        readonly unknown: boolean;
      }
    /** `isOfLead`: what is refused is the lead and none of its values. */
    | {
        readonly kind: 'refused';
        readonly because: string;
        readonly own: boolean;
        readonly isOfLead?: true;
        /** The settings want it so: it ends with its reason, and is no dead letter. */
        readonly isBySetting?: true;
      }
  );

export interface SettleContext {
  readonly lead: LeadId;
  /** When the call ended. */
  readonly now: EpochMs;
  /** How many leads the call carried. */
  readonly callSize: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  readonly digestOf: DigestOf;
  /** How many messages are remembered whose activities are done. */
  readonly doneActivities: number;
  readonly timing: {
    readonly lockMs: number;
    readonly backoffFirstMs: number;
    readonly backoffLongestMs: number;
    readonly unknownFieldMs: number;
    readonly refusedFirstMs: number;
    readonly refusedLongestMs: number;
  };
}

/** The mailbox after the call, and what it gives up. The dead letter is written first. */
export interface Settled {
  readonly mailbox: Mailbox;
  /** Marketo has another lead than before: what it was told of that one counts no more. */
  readonly isAnotherLead?: true;
  readonly dead?: DeadLetter;
  /** What the settings keep out of Marketo: it ends here, and nobody has to look after it. */
  readonly unwanted?: DeadLetter;
  /** Activities, and relations, that Marketo refused; one dead letter for each reason. */
  readonly refused?: readonly DeadLetter[];
}
