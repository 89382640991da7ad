import { keyOf } from '../../lambdas/lead/activities.ts';
import type { Activity, FieldValue, LeadId } from '../../lambdas/lead/leadTypes.ts';
import type { Update } from '../../lambdas/marketo/marketoTypes.ts';
import type { Finding, MarketoLead, Meant } from './marketoLeads.ts';
import { createMarketoLeads, entryOf } from './marketoLeads.ts';
import { createRelationBooks } from './relationBooks.ts';

/** One sync call of one lead that Marketo worked on, by Marketo's own clock. */
interface Worked {
  readonly startedAt: number;
  /** Absent while Marketo works. */
  endedAt?: number;
  /** The names of the fields that it carried, and the short hashes of its activities’ messages. */
  readonly carried: ReadonlySet<string>;
  /** It carried relations only, and wrote no record of a lead. */
  readonly isBesides?: true;
}

interface BookPorts extends Finding {
  readonly now: () => number;
  /** Marketo's id of this lead, as we have written it down by now. */
  readonly idKnown: (lead: LeadId) => number | undefined;
}

/** What Marketo's own books say: the truth that the invariants are checked against. */
export const createMarketoBooks = ({ now, idKnown, ...finding }: BookPorts) => {
  const marketo = createMarketoLeads(now, finding);
  const relations = createRelationBooks();
  /** Of each of our leads, the calls that Marketo worked on. */
  const calls = new Map<LeadId, Worked[]>();
  /** Where the last update of each of our leads went. */
  const places = new Map<LeadId, MarketoLead>();
  /** Those whose last update found no lead. */
  const missed = new Set<LeadId>();
  /** The id that the last answer gave for each of our leads. */
  const answered = new Map<LeadId, number>();
  /** Updates that went elsewhere although Marketo had the lead that we knew. */
  const strayed: string[] = [];
  /** For each cookie, our leads that it came with. */
  const cookies = new Map<string, Set<LeadId>>();
  /** Whose failure was told to itself alone, and the reason: `lead because`. */
  const told = new Set<string>();
  const requests: number[] = [];
  let waiting = 0;
  let maxWaiting = 0;

  const callsOf = (lead: LeadId): Worked[] => {
    const worked = calls.get(lead) ?? [];
    calls.set(lead, worked);
    return worked;
  };

  const noteStray = (update: Update, known: MarketoLead | undefined, meant: Meant): void => {
    if (typeof meant === 'string' || known === undefined || meant.lead === known) return;
    // Of several leads with its e-mail, any may be the one.
    if (known.gone !== undefined || known.email === meant.lead.email) return;
    const what = meant.isNew ? 'made a second lead' : 'went to';
    strayed.push(`${update.lead} is ${known.id} and ${what} ${meant.lead.id}`);
  };

  return {
    leads: marketo.leads,
    marketo,
    relations,
    calls,
    answered,
    strayed,
    cookies,
    /** When each request came, those that were refused included. */
    requests,
    request: (): void => {
      requests.push(now());
    },
    /** Somebody waits for the answer to a call, until the promise settles. */
    waitFor: async <T>(answer: Promise<T>): Promise<T> => {
      waiting += 1;
      maxWaiting = Math.max(maxWaiting, waiting);
      try {
        return await answer;
      } finally {
        waiting -= 1;
      }
    },
    /** How many calls were under way at once. */
    maxAtOnce: (): number => maxWaiting,
    /** Marketo starts to work on a call; the result ends it. */
    begin: (call: readonly Update[]): (() => void) => {
      const begun = call.map(({ lead, fields, activities = [] }) => {
        const carried = new Set([...fields.map(({ name }) => name), ...activities.map(keyOf)]);
        const worked: Worked = { startedAt: now(), carried };
        callsOf(lead).push(worked);
        return worked;
      });
      return () => {
        for (const worked of begun) worked.endedAt = now();
      };
    },
    /** Marketo starts to work on a request of relations; the result ends it. */
    beginRelations: (going: readonly Update[], writesRecord: boolean): (() => void) => {
      const begun = going.map(({ lead, relations: own = [] }) => {
        const carried = new Set(own.map(({ name }) => name));
        const besides = writesRecord ? {} : { isBesides: true as const };
        const worked: Worked = { startedAt: now(), carried, ...besides };
        callsOf(lead).push(worked);
        return worked;
      });
      return () => {
        for (const worked of begun) worked.endedAt = now();
      };
    },
    /** The update's fields and cookie are there from now on, if it finds its lead. */
    apply: (update: Update): Meant => {
      const { lead, cookie } = update;
      const id = idKnown(lead);
      const known = id === undefined ? undefined : marketo.leads.get(id);
      const meant = marketo.write(update);
      noteStray(update, known, meant);
      if (typeof meant === 'string') missed.add(lead);
      else {
        missed.delete(lead);
        places.set(lead, meant.lead);
      }
      if (cookie !== undefined) cookies.set(cookie, (cookies.get(cookie) ?? new Set()).add(lead));
      return meant;
    },
    /** Of a lead whose update came just before. */
    add: (lead: LeadId, activity: Activity): void => {
      const activities = places.get(lead)?.activities;
      if (activities === undefined || missed.has(lead)) return;
      const key = keyOf(activity);
      activities.set(key, (activities.get(key) ?? 0) + 1);
    },
    /** The lead in Marketo that our lead is, after all merges; `undefined`: there is none by now. */
    homeOf: (lead: LeadId): MarketoLead | undefined => {
      const place = places.get(lead);
      return place && marketo.survivorOf(place.id);
    },
    /** Leads in Marketo, those that are gone included, to which updates of these leads went. */
    reachedBy: (ours: readonly LeadId[]): readonly MarketoLead[] =>
      [...marketo.leads.values()].filter(({ from }) => ours.some((lead) => from.has(lead))),
    tell: (lead: LeadId, because: string): void => {
      told.add(`${lead} ${because}`);
    },
    hasTold: (lead: LeadId, because: string): boolean => told.has(`${lead} ${because}`),
    hasReceived: (
      { received }: Pick<MarketoLead, 'received'>,
      name: string,
      value: FieldValue,
    ): boolean => received.has(entryOf(name, value)),
  };
};

export type MarketoBooks = ReturnType<typeof createMarketoBooks>;
