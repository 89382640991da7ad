import type { FieldValue, LeadId } from '../../lambdas/lead/types.ts';
import type { Update } from '../../lambdas/marketo/types.ts';

/** One sync call of one lead that Marketo worked on, by Marketo's own clock. */
interface Worked {
  readonly startedAt: number;
  /** Absent while Marketo works. */
  endedAt?: number;
}

interface LeadBook {
  readonly calls: Worked[];
  /** What Marketo has now. */
  readonly fields: Map<string, FieldValue>;
  /** What it ever had, as `name=JSON`. */
  readonly received: Set<string>;
}

const entryOf = (name: string, value: FieldValue): string => `${name}=${JSON.stringify(value)}`;

/** What Marketo's own books say: the truth that the invariants are checked against. */
export const createMarketoBooks = (now: () => number) => {
  const leads = new Map<LeadId, LeadBook>();
  /** For each cookie, the leads that it came with. */
  const cookies = new Map<string, Set<LeadId>>();
  /** Whose failure was told to itself alone, and the reason: `lead because`. */
  const told = new Set<string>();
  const requests: number[] = [];

  const bookOf = (lead: LeadId): LeadBook => {
    const book = leads.get(lead) ?? { calls: [], fields: new Map(), received: new Set() };
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
    /** Marketo starts to work on a call; the result ends it. */
    begin: (call: readonly Update[]): (() => void) => {
      const begun = call.map(({ lead }) => {
        const worked: Worked = { startedAt: now() };
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
        book.received.add(entryOf(name, value));
      }
      if (cookie === undefined) return;
      cookies.set(cookie, (cookies.get(cookie) ?? new Set()).add(lead));
    },
    tell: (lead: LeadId, because: string): void => {
      told.add(`${lead} ${because}`);
    },
    hasTold: (lead: LeadId, because: string): boolean => told.has(`${lead} ${because}`),
    hasReceived: (lead: LeadId, name: string, value: FieldValue): boolean =>
      leads.get(lead)?.received.has(entryOf(name, value)) ?? false,
  };
};

export type MarketoBooks = ReturnType<typeof createMarketoBooks>;
