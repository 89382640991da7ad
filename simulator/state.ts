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

export type Effect =
  | { readonly kind: 'activity'; readonly activity: Activity }
  | { readonly kind: 'lead'; readonly lead: Lead }
  | { readonly kind: 'visit'; readonly visit: Visit };

export interface State {
  /** Makes the effect part of the state; also how a journal is replayed. */
  apply(effect: Effect): void;
  clear(): void;
  /** Effects that make the same state from nothing. */
  effects(): readonly Effect[];
  leads(): readonly Lead[];
  visits(): readonly Visit[];
  activities(): readonly Activity[];
  nextId(): number;
  byId(id: number): Lead | undefined;
  byForeign(foreign: string): Lead | undefined;
  byCookie(token: string): Lead | undefined;
  /** Of several leads with one e-mail, the one updated last. */
  byEmail(email: string): Lead | undefined;
  /** The one updated last comes first. */
  allByEmail(email: string): readonly Lead[];
}

/** Leads, their cookies, all visits and activities, in memory. Knows no API and no clock. */
export const createState = (): State => {
  const leads = new Map<number, Lead>();
  const owners = new Map<string, number>();
  const foreigns = new Map<string, number>();
  const emails = new Map<string, Set<number>>();
  let visits: Visit[] = [];
  let activities: Activity[] = [];
  /** Places in `visits`, by token, of those that no lead has. */
  const anonymous = new Map<string, number[]>();

  const sameEmail = (email: string): Set<number> => {
    const key = email.toLowerCase();
    const ids = emails.get(key) ?? new Set();
    emails.set(key, ids);
    return ids;
  };

  /** A cookie names one lead, the latest; visits made before anybody owned it become that lead's. */
  const takeCookies = (lead: Lead): void => {
    for (const token of lead.cookies.filter((own) => owners.get(own) !== lead.id)) {
      const former = leads.get(owners.get(token) ?? 0);
      if (former !== undefined) {
        leads.set(former.id, { ...former, cookies: former.cookies.filter((own) => own !== token) });
      }
      owners.set(token, lead.id);
      for (const place of anonymous.get(token) ?? []) {
        const visit = visits[place];
        if (visit !== undefined) visits[place] = { ...visit, lead: lead.id };
      }
      anonymous.delete(token);
    }
  };

  const forgetKeys = (before: Lead | undefined): void => {
    if (before === undefined) return;
    if (before.email !== null) sameEmail(before.email).delete(before.id);
    if (before.foreign !== null) foreigns.delete(before.foreign);
  };

  const putLead = (lead: Lead): void => {
    forgetKeys(leads.get(lead.id));
    if (lead.email !== null) sameEmail(lead.email).add(lead.id);
    if (lead.foreign !== null) foreigns.set(lead.foreign, lead.id);
    takeCookies(lead);
    leads.set(lead.id, lead);
  };

  const putVisit = (visit: Visit): void => {
    if (visit.lead === null) {
      const places = anonymous.get(visit.token) ?? [];
      places.push(visits.length);
      anonymous.set(visit.token, places);
    }
    visits.push(visit);
  };

  const at = (id: number | undefined): Lead | undefined =>
    id === undefined ? undefined : leads.get(id);

  const allByEmail = (email: string): readonly Lead[] =>
    [...(emails.get(email.toLowerCase()) ?? [])]
      .map((id) => leads.get(id))
      .filter((lead) => lead !== undefined)
      .sort((a, b) => b.updatedAt - a.updatedAt || b.id - a.id);

  return {
    apply: (effect) => {
      if (effect.kind === 'lead') putLead(effect.lead);
      else if (effect.kind === 'visit') putVisit(effect.visit);
      else activities.push(effect.activity);
    },
    effects: () => [
      ...[...leads.values()].map((lead) => ({ kind: 'lead', lead }) as const),
      ...visits.map((visit) => ({ kind: 'visit', visit }) as const),
      ...activities.map((activity) => ({ kind: 'activity', activity }) as const),
    ],
    clear: () => {
      for (const map of [leads, owners, foreigns, emails, anonymous]) map.clear();
      visits = [];
      activities = [];
    },
    leads: () => [...leads.values()],
    visits: () => visits,
    activities: () => activities,
    nextId: () => leads.size + 1,
    byId: at,
    byForeign: (foreign) => at(foreigns.get(foreign)),
    byCookie: (token) => at(owners.get(token)),
    byEmail: (email) => allByEmail(email)[0],
    allByEmail,
  };
};
