import type { FieldValue, LeadId } from '../../lambdas/lead/leadTypes.ts';
import type { Update } from '../../lambdas/marketo/marketoTypes.ts';

/** How a Marketo finds leads. */
export interface Finding {
  readonly api: 'rest' | 'soap';
  /** Which of several leads with one e-mail is updated over REST; over SOAP, Marketo chooses. */
  readonly duplicates: 'newest' | 'oldest' | 'refuse';
}

/** One lead in Marketo. */
export interface MarketoLead {
  readonly id: number;
  /** In lower case, as Marketo compares it. */
  email: string;
  updatedAt: number;
  /** Deleted, or merged into another lead. */
  gone?: 'deleted' | MarketoLead;
  /** Whose updates came here, those of leads that were merged into it included. */
  readonly from: Set<LeadId>;
  /** What Marketo has now, whoever wrote it. */
  readonly fields: Map<string, FieldValue>;
  /** What we wrote last. */
  readonly ours: Map<string, FieldValue>;
  /** How often it took a field from us. */
  readonly taken: Map<string, number>;
  /** Fields that got from us what they had got from us before, and when that was. */
  readonly repeated: Map<string, { readonly since: number; readonly value: FieldValue }>;
  /** When we wrote each field last. */
  readonly writtenAt: Map<string, number>;
  /** What it ever got from us, as `name=value`. */
  readonly received: Set<string>;
  /** How often each activity was added, by the short hash of its message. */
  readonly activities: Map<string, number>;
  /** How often each request of a campaign ran, by its register. */
  readonly requests: Map<string, number>;
}

/** A text that says a number arrives as that number where its field takes no other. */
export const entryOf = (name: string, value: FieldValue): string => `${name}=${String(value)}`;

/** The lead that an update means; `isNew`: there was none; `isFound`: several have its e-mail. */
export type Meant =
  | { readonly lead: MarketoLead; readonly isNew?: true; readonly isFound?: true }
  | 'gone'
  | 'refused';

const isAlive = ({ gone }: MarketoLead): boolean => gone === undefined;

/** The leads of a Marketo by its own ids, found as Marketo finds them. */
export const createMarketoLeads = (now: () => number, { api, duplicates }: Finding) => {
  const leads = new Map<number, MarketoLead>();
  /** Over SOAP a cookie finds its lead before the e-mail does. */
  const owners = new Map<string, MarketoLead>();

  const make = (email: string): MarketoLead => {
    const lead: MarketoLead = {
      id: leads.size + 1,
      email,
      updatedAt: now(),
      from: new Set(),
      fields: new Map(),
      ours: new Map(),
      taken: new Map(),
      repeated: new Map(),
      writtenAt: new Map(),
      received: new Set(),
      activities: new Map(),
      requests: new Map(),
    };
    leads.set(lead.id, lead);
    return lead;
  };

  const alive = (): readonly MarketoLead[] => [...leads.values()].filter(isAlive);

  const withEmail = (email: string): readonly MarketoLead[] =>
    alive().filter((lead) => lead.email === email.toLowerCase());

  /** The one of several leads that is updated. */
  const chosenOf = (several: readonly MarketoLead[]): MarketoLead | undefined =>
    duplicates === 'oldest' && api === 'rest'
      ? several[0]
      : several.toSorted((a, b) => b.updatedAt - a.updatedAt || b.id - a.id)[0];

  /** Over REST, activities and cookies go to the lead's id. */
  const isWithoutRecord = ({ fields, marketoId }: Update): boolean =>
    api === 'rest' && fields.length === 0 && marketoId !== undefined;

  /** Whether only its id tells Marketo which lead an update means. */
  const isById = (update: Update): boolean =>
    update.marketoId !== undefined && (update.byId === true || isWithoutRecord(update));

  const find = (update: Update): Meant => {
    if (isById(update)) {
      const lead = leads.get(update.marketoId ?? 0);
      return lead && isAlive(lead) ? { lead } : 'gone';
    }
    const owner = update.cookie === undefined ? undefined : owners.get(update.cookie);
    if (api === 'soap' && owner && isAlive(owner)) return { lead: owner };
    const several = withEmail(update.email);
    const [first, second] = several;
    if (first === undefined) return { lead: make(update.email.toLowerCase()), isNew: true };
    if (second === undefined) return { lead: first };
    if (api === 'rest' && duplicates === 'refuse') return 'refused';
    return { lead: chosenOf(several) ?? first, ...(api === 'rest' && { isFound: true }) };
  };

  /** Brings an update into its lead, if there is one. */
  const write = (update: Update): Meant => {
    const meant = find(update);
    if (typeof meant === 'string') return meant;
    const { lead } = meant;
    lead.from.add(update.lead);
    if (update.cookie !== undefined) owners.set(update.cookie, lead);
    if (isWithoutRecord(update)) return meant;
    lead.email = update.email.toLowerCase();
    lead.updatedAt = now();
    for (const { name, value } of update.fields) {
      const since = lead.writtenAt.get(name);
      if (since !== undefined && lead.ours.get(name) === value)
        lead.repeated.set(name, { since, value });
      lead.writtenAt.set(name, now());
      lead.fields.set(name, value);
      lead.ours.set(name, value);
      lead.taken.set(name, (lead.taken.get(name) ?? 0) + 1);
      lead.received.add(entryOf(name, value));
    }
    return meant;
  };

  return {
    leads,
    alive,
    write,
    /** Whether several leads have the e-mail by which this update is to be found. */
    isAmbiguous: (update: Update): boolean => !isById(update) && withEmail(update.email).length > 1,
    /** The id that a lookup by the e-mail of this update finds. */
    foundId: ({ email }: Update): number | undefined => chosenOf(withEmail(email))?.id,
    /** What is left of a lead after all merges; `undefined`: it was deleted. */
    survivorOf: (id: number): MarketoLead | undefined => {
      let lead = leads.get(id);
      while (lead?.gone !== undefined) lead = lead.gone === 'deleted' ? undefined : lead.gone;
      return lead;
    },
    /** Somebody makes a second lead with the e-mail of this one. */
    duplicate: ({ email }: MarketoLead): void => {
      make(email);
    },
    delete: (lead: MarketoLead): void => {
      lead.gone = 'deleted';
    },
    /** The winner keeps its e-mail and its values, and gets what it has not. */
    merge: (loser: MarketoLead, winner: MarketoLead): void => {
      loser.gone = winner;
      winner.updatedAt = now();
      for (const lead of loser.from) winner.from.add(lead);
      for (const [name, value] of loser.fields)
        if (!winner.fields.has(name)) winner.fields.set(name, value);
      for (const [key, count] of loser.activities)
        winner.activities.set(key, (winner.activities.get(key) ?? 0) + count);
      for (const [key, count] of loser.requests)
        winner.requests.set(key, (winner.requests.get(key) ?? 0) + count);
    },
  };
};

export type MarketoLeads = ReturnType<typeof createMarketoLeads>;
