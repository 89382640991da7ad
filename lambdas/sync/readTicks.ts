import * as z from 'zod/mini';
import type { LeadId } from '../lead/leadTypes.ts';
import type { OwnedVisit } from '../store/leadsTable.ts';

/** A message of the tick queue as Lambda hands it over. */
export interface TickRecord {
  readonly id: string;
  readonly body: string;
}

/** What the ticks of a batch ask for together. */
interface Asked {
  readonly leads: ReadonlySet<LeadId>;
  readonly visits: boolean;
  /** The tick that comes once a minute, and looks at everything. */
  readonly isScheduled: boolean;
  /** Visits that version 0.1 put into its due queue: the only messages that hold anything. */
  readonly adopted: readonly {
    readonly id: string;
    readonly visit: OwnedVisit;
    readonly attempt: number;
  }[];
  readonly unrecognized: number;
}

const tickSchema = z.strictObject({
  leads: z.optional(z.array(z.string())),
  visits: z.optional(z.boolean()),
  scheduled: z.optional(z.boolean()),
});

/** A wake-up of version 0.1. */
const wakeUpSchema = z.strictObject({ lead: z.string() });

const visitSchema = z.looseObject({
  visit: z.looseObject({ messageId: z.string() }),
  attempt: z.number(),
});

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
};

/** Reads the ticks of a batch, which ask together for what each of them asks. */
export const readTicks = (records: readonly TickRecord[]): Asked => {
  const leads = new Set<LeadId>();
  const adopted: { id: string; visit: OwnedVisit; attempt: number }[] = [];
  let visits = false;
  let isScheduled = false;
  let unrecognized = 0;
  for (const { id, body } of records) {
    const json = parse(body);
    const tick = tickSchema.safeParse(json);
    const wakeUp = wakeUpSchema.safeParse(json);
    const visit = visitSchema.safeParse(json);
    if (tick.success) {
      for (const lead of tick.data.leads ?? []) leads.add(lead as LeadId);
      visits ||= tick.data.visits === true;
      isScheduled ||= tick.data.scheduled === true;
    } else if (wakeUp.success) leads.add(wakeUp.data.lead as LeadId);
    else if (visit.success)
      adopted.push({
        id,
        visit: visit.data.visit as unknown as OwnedVisit,
        attempt: visit.data.attempt,
      });
    else unrecognized += 1;
  }
  return { leads, visits, isScheduled, adopted, unrecognized };
};
