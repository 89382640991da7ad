import type { SequenceKey } from '../segment/order.ts';
import type { ActivityOutcome } from './activities.ts';
import type { SourceKind } from '../segment/source.ts';
import type { EventKeys } from './identity.ts';
import type { Limits } from './itemSize.ts';
import type { Waiting } from './erasure.ts';
import type { FieldOutcome, DescribedFields } from './registers.ts';
import type {
  Activity,
  DeadLetter,
  Incoming,
  KeyId,
  IdentityRecord,
  LeadId,
  Mailbox,
} from './leadTypes.ts';

/** What an event says of a company. */
export interface CompanyArrival {
  /** Of the company's mailbox. */
  readonly lead: LeadId;
  /** Its `externalCompanyId`. */
  readonly id: string;
  readonly incoming: readonly Incoming[];
}

/** An event as the mailboxes see it. */
export interface NormalizedEvent {
  readonly order: SequenceKey;
  /** Who sent it; absent: nobody knows. */
  readonly by?: SourceKind;
  readonly keys: EventKeys;
  /**
   * What it says of registers: fields, and relations by the names that `relationName` gives them (a membership
   * of list 1001 is `list:1001`, true or false). Empty for a visit.
   */
  readonly incoming: readonly Incoming[];
  /** The company that it speaks of, with what it says of it: an item of its own. */
  readonly company?: CompanyArrival;
  /** The custom activity that a track becomes. */
  readonly activity?: Activity;
  /** The token of the visitor's own cookie, when the event carries one. */
  readonly cookieToken?: string;
  readonly isVisit: boolean;
  /** It says that consent is refused, and nothing else. */
  readonly isWithdrawal?: true;
  /** Stands for the visitor when no cookie is known; belongs to the key it is derived from. */
  readonly derived: { readonly token: string; readonly key?: KeyId };
}

/** The states of the items that a group of events touches; absent ones are missing. */
export interface States {
  readonly leads: ReadonlyMap<LeadId, Mailbox>;
  readonly keys: ReadonlyMap<KeyId, IdentityRecord>;
}

/** What was dropped at a lead or a key because consent was refused after it came. */
export interface Withdrawn {
  readonly at: LeadId | KeyId;
  readonly content: Waiting;
}

/** What became of what an event says of a company. */
export interface AbsorbedCompany {
  readonly lead: LeadId;
  readonly outcomes: ReadonlyMap<string, FieldOutcome>;
  readonly replaced: readonly Incoming[];
  readonly dead?: DeadLetter;
}

/** What became of one event. */
export interface Absorbed {
  readonly lead?: LeadId;
  /** Where the event is held, and for want of what. */
  readonly heldAt?: KeyId;
  readonly because?: string;
  readonly outcomes: ReadonlyMap<string, FieldOutcome>;
  /** Values of earlier events that never went out, because this one came. */
  readonly replaced: readonly Incoming[];
  /** Values that were held until this event named an e-mail. */
  readonly moved: readonly Incoming[];
  /** What became of the event's own activity. */
  readonly activity?: ActivityOutcome;
  /** Activities that were held until this event named an e-mail. */
  readonly movedActivities: readonly Activity[];
  /** The visitor of a visit. */
  readonly token?: string;
  readonly dead?: DeadLetter;
  /** What else goes nowhere, because this event refuses consent, or brings together who did with whom. */
  readonly withdrawn?: readonly Withdrawn[];
  /** What became of what it says of a company. */
  readonly company?: AbsorbedCompany;
  /** The userId leads elsewhere, or nowhere, and only a server key may link it. */
  readonly isLinkRefused?: true;
}

export interface AbsorbContext extends DescribedFields {
  /** What a new e-mail of a known person does: it renames their lead, or names a new one. */
  readonly emailChange: 'rename' | 'newLead';
  /** The order of a lead's deletion; absent: none was deleted. */
  readonly deletedLead?: (lead: LeadId) => SequenceKey | undefined;
  readonly limits: Limits;
}

/** The states as the events before have left them. */
export interface Draft {
  readonly leads: Map<LeadId, Mailbox>;
  readonly keys: Map<KeyId, IdentityRecord>;
}
