import * as z from 'zod/mini';
import type { LeadId } from '../lead/types.ts';
import type { OwnedVisit } from '../ports.ts';

/** A message of the due queue as Lambda hands it over. */
export interface DueRecord {
  readonly id: string;
  readonly body: string;
}

/** The messages of a batch by what they ask for. */
interface DueMessages {
  /** For each lead, the messages that wake it. */
  readonly leads: ReadonlyMap<LeadId, readonly string[]>;
  readonly visits: readonly {
    readonly id: string;
    readonly visit: OwnedVisit;
    readonly attempt: number;
  }[];
  /** How many are none of ours. */
  readonly unreadable: number;
}

/** Only what tells the two kinds apart: we wrote the messages ourselves. */
const bodySchema = z.union([
  z.looseObject({ lead: z.string() }),
  z.looseObject({ visit: z.looseObject({ messageId: z.string() }), attempt: z.number() }),
]);

type Body = { readonly lead: LeadId } | { readonly visit: OwnedVisit; readonly attempt: number };

const parse = (body: string): Body | undefined => {
  try {
    const read = bodySchema.safeParse(JSON.parse(body));
    return read.success ? (read.data as Body) : undefined;
  } catch {
    return undefined;
  }
};

/** Sorts the messages of a batch. */
export const readDueMessages = (records: readonly DueRecord[]): DueMessages => {
  const leads = new Map<LeadId, string[]>();
  const visits: { id: string; visit: OwnedVisit; attempt: number }[] = [];
  let unreadable = 0;
  for (const { id, body } of records) {
    const message = parse(body);
    if (message === undefined) unreadable += 1;
    else if ('visit' in message) visits.push({ id, ...message });
    else leads.set(message.lead, [...(leads.get(message.lead) ?? []), id]);
  }
  return { leads, visits, unreadable };
};
