/** A person in Marketo. Times in epoch ms. */
export interface Lead {
  readonly id: number;
  /** As the last sync wrote it; matched without regard to case. */
  readonly email: string | null;
  /** `<ForeignSysType>:<ForeignSysPersonId>` */
  readonly foreign: string | null;
  /** By SOAP name, as text; an empty field is absent. */
  readonly fields: Readonly<Record<string, string>>;
  /** Tokens. */
  readonly cookies: readonly string[];
  /** Absent: the instance's first one. */
  readonly partition?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A web page activity. `lead` is null while nobody owns the cookie. */
export interface Visit {
  readonly at: number;
  readonly url: string;
  readonly path: string;
  readonly query: string | null;
  readonly name: string | null;
  readonly referrer: string | null;
  readonly token: string;
  readonly lead: number | null;
}

/** A custom activity. */
export interface Activity {
  readonly id: number;
  /** When it came (epoch ms). */
  readonly at: number;
  readonly lead: number;
  /** When it happened, as the call gave it. */
  readonly date: string;
  readonly typeId: number;
  readonly primaryAttributeValue: string;
  /** By API name, as text. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** That a lead is gone: deleted, or merged into another, which has its visits and activities then. */
export interface Removal {
  readonly id: number;
  readonly into: number | null;
}

/** A company, found by its `externalCompanyId`. */
export interface Company {
  readonly id: number;
  readonly externalCompanyId: string;
  /** By kept name, as a lead's fields are. */
  readonly fields: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** That a lead entered a static list, or left it. */
export interface Membership {
  readonly list: number;
  readonly lead: number;
  readonly isMember: boolean;
}

/** That a lead is a member of a program: its status, and the fields of its membership. */
export interface ProgramMember {
  readonly program: number;
  readonly lead: number;
  readonly status: string;
  /** By API name, as text; an empty field is absent. */
  readonly fields: Readonly<Record<string, string>>;
}

/** That a lead was put through a campaign, with the tokens of the request. */
export interface CampaignRun {
  readonly campaign: number;
  readonly lead: number;
  readonly at: number;
  readonly tokens: Readonly<Record<string, string>>;
}

export type Effect =
  | { readonly kind: 'activity'; readonly activity: Activity }
  | { readonly kind: 'campaignRun'; readonly run: CampaignRun }
  | { readonly kind: 'company'; readonly company: Company }
  | { readonly kind: 'lead'; readonly lead: Lead }
  | { readonly kind: 'membership'; readonly membership: Membership }
  | { readonly kind: 'programMember'; readonly member: ProgramMember }
  | { readonly kind: 'removal'; readonly removal: Removal }
  | { readonly kind: 'visit'; readonly visit: Visit };
