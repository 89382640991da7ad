import { keyOf } from '../../lambdas/lead/activities.ts';
import type { Activity, FieldValue, LeadId } from '../../lambdas/lead/types.ts';
import type { Update } from '../../lambdas/marketo/types.ts';

/** One sync call of one lead that Marketo worked on, by Marketo's own clock. */
interface Worked {
  readonly startedAt: number;
  /** Absent while Marketo works. */
  endedAt?: number;
  /** The names of the fields that it carried, and the short hashes of its activities’ messages. */
  readonly carried: ReadonlySet<string>;
}

interface LeadBook {
  readonly calls: Worked[];
  /** What Marketo has now. */
  readonly fields: Map<string, FieldValue>;
  /** How often it took a field. */
  readonly taken: Map<string, number>;
  /** What it ever had, as `name=value`. */
  readonly received: Set<string>;
  /** How often each activity was added, by the short hash of its message. */
  readonly activities: Map<string, number>;
  readonly id: number;
}

/** A text that says a number arrives as that number where its field takes no other. */
const entryOf = (name: string, value: FieldValue): string => `${name}=${String(value)}`;

/** What Marketo's own books say: the truth that the invariants are checked against. */
export const createMarketoBooks = (now: () => number) => {
  const leads = new Map<LeadId, LeadBook>();
  /** For each cookie, the leads that it came with. */
  const cookies = new Map<string, Set<LeadId>>();
  /** Whose failure was told to itself alone, and the reason: `lead because`. */
  const told = new Set<string>();
  const requests: number[] = [];
  let waiting = 0;
  let mostWaiting = 0;

  const bookOf = (lead: LeadId): LeadBook => {
    const book = leads.get(lead) ?? {
      calls: [],
      fields: new Map(),
      taken: new Map(),
      received: new Set(),
      activities: new Map(),
      id: leads.size + 1,
    };
    leads.set(lead, book);
    return book;
  };

  return {
    leads,
    cookies,
    /** When each request came, those that were refused included. */
    requests,
    request: (): void => {
      requests.push(now());
    },
    /** Somebody waits for the answer to a call, until the promise settles. */
    waitFor: async <T>(answer: Promise<T>): Promise<T> => {
      waiting += 1;
      mostWaiting = Math.max(mostWaiting, waiting);
      try {
        return await answer;
      } finally {
        waiting -= 1;
      }
    },
    /** How many calls were under way at once. */
    mostAtOnce: (): number => mostWaiting,
    /** Marketo starts to work on a call; the result ends it. */
    begin: (call: readonly Update[]): (() => void) => {
      const begun = call.map(({ lead, fields, activities = [] }) => {
        const carried = new Set([...fields.map(({ name }) => name), ...activities.map(keyOf)]);
        const worked: Worked = { startedAt: now(), carried };
        bookOf(lead).calls.push(worked);
        return worked;
      });
      return () => {
        for (const worked of begun) worked.endedAt = now();
      };
    },
    /** The call's fields and cookie are there from now on. */
    apply: ({ lead, fields, cookie }: Update): void => {
      const book = bookOf(lead);
      for (const { name, value } of fields) {
        book.fields.set(name, value);
        book.taken.set(name, (book.taken.get(name) ?? 0) + 1);
        book.received.add(entryOf(name, value));
      }
      if (cookie === undefined) return;
      cookies.set(cookie, (cookies.get(cookie) ?? new Set()).add(lead));
    },
    add: (lead: LeadId, activity: Activity): void => {
      const { activities } = bookOf(lead);
      const key = keyOf(activity);
      activities.set(key, (activities.get(key) ?? 0) + 1);
    },
    idOf: (lead: LeadId): number => bookOf(lead).id,
    tell: (lead: LeadId, because: string): void => {
      told.add(`${lead} ${because}`);
    },
    hasTold: (lead: LeadId, because: string): boolean => told.has(`${lead} ${because}`),
    hasReceived: (lead: LeadId, name: string, value: FieldValue): boolean =>
      leads.get(lead)?.received.has(entryOf(name, value)) ?? false,
  };
};

export type MarketoBooks = ReturnType<typeof createMarketoBooks>;
