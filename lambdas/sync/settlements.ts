import { digestOf } from '../digest.ts';
import type { Logger } from '../delivery.ts';
import type { HistoryNotes } from '../history/recorder.ts';
import { partsOf } from '../lead/deadLetterParts.ts';
import type { LeadVerdict, SettleContext, Settled } from '../lead/settle.ts';
import { settle } from '../lead/settle.ts';
import type { DeadLetter, Mailbox } from '../lead/leadTypes.ts';
import type { LeadsTable } from '../store/leadsTable.ts';
import type { Metrics } from '../metricNames.ts';
import type { Random } from '../ports.ts';
import type { LeadLimits, LeadTiming } from '../limits.ts';
import { messageHashOf } from '../segment/order.ts';
import { createActivityReports } from './activityReports.ts';
import { createLatency } from './endToEndLatency.ts';
import { createRelationReports } from './relationReports.ts';
import type { Locked } from './locks.ts';
import type { Reports } from './reports.ts';
import type { Loaded, Store } from '../store/leadStore.ts';

interface SettlementPorts {
  readonly store: Store;
  readonly table: LeadsTable;
  readonly reports: Reports;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: Random;
  readonly timing: LeadTiming;
  readonly limits: LeadLimits;
  readonly notes?: HistoryNotes | undefined;
}

/** The call that an answer came of, where Marketo was called at all. */
interface Called extends Pick<SettleContext, 'now' | 'callSize'> {
  readonly call?: string;
}

/** Writes down what an answer means for one lead, its dead letter first. */
export const createSettlements = (ports: SettlementPorts) => {
  const { store, table, reports, logger, random, timing, limits } = ports;
  const activityReports = createActivityReports(logger);
  const relationReports = createRelationReports(logger);
  const recordLatency = createLatency(ports.metrics);
  return async (
    { lead, snapshot, loaded: first }: Locked,
    verdict: LeadVerdict,
    { call, ...context }: Called,
  ): Promise<void> => {
    let loaded: Loaded<Mailbox> = first;
    let tried: Settled | undefined;
    for (let race = 0; ; race += 1) {
      if (race > 0) loaded = (await store.leads([lead])).get(lead) ?? {};
      const current = loaded.state;
      if (current === undefined) return;
      const { doneActivities } = limits;
      const rest = { lead, random: random(), digestOf, doneActivities, timing };
      const settled = settle(current, snapshot, verdict, { ...context, ...rest });
      const idOf = (part: number): string => `${lead}#${snapshot.owner}#${part}`;
      for (const [part, deadLetter] of deadLettersOf(settled, limits.itemBytes).entries())
        await table.putDeadLetter(idOf(part), deadLetter, context.now);
      if (!(await store.saveLead(lead, loaded, settled?.mailbox ?? current))) {
        tried = settled ?? tried;
        continue;
      }
      // Not ours any more: either another call has it, or our write landed and its answer was lost.
      const said = settled ?? (current.lastOwner === snapshot.owner ? tried : undefined);
      // Nothing was given up after all: what is newer than a deletion still waits in the mailbox.
      if (said === undefined)
        for (const [part, deadLetter] of deadLettersOf(tried, limits.itemBytes).entries())
          await table.retractDeadLetter(idOf(part), deadLetter, context.now);
      if (said) {
        const { fields, activities = [], relations = [] } = snapshot;
        notePayloads(ports.notes, snapshot, verdict);
        const told = { lead, ...(call !== undefined && { call }) };
        reports.settled(told, snapshot, verdict, said);
        const added = activityReports(told, activities, verdict, said);
        const related = relationReports(told, relations, verdict, said);
        const taken = [...added, ...related];
        const synced = verdict.kind === 'synced' ? [...fields, ...taken] : taken;
        recordLatency(synced, context.now);
      }
      return;
    }
  };
};

/** What went out of a lead, and what came back, for the events whose values it carried. */
const notePayloads = (
  notes: HistoryNotes | undefined,
  snapshot: Locked['snapshot'],
  verdict: LeadVerdict,
): void => {
  if (notes === undefined) return;
  const { email, fields, cookie, activities = [], relations = [] } = snapshot;
  const carried = [...fields, ...activities, ...relations];
  const messages = [...new Set(carried.map(({ order }) => messageHashOf(order)))];
  const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  const sent = JSON.stringify({ email, fields: values, cookie, activities, relations });
  notes.payloads(messages, { sent, answer: JSON.stringify(verdict) });
};

const deadLettersOf = (settled: Settled | undefined, itemBytes: number): readonly DeadLetter[] => {
  const { dead, refused = [] }: Partial<Settled> = settled ?? {};
  return [...(dead ? [dead] : []), ...refused].flatMap((deadLetter) =>
    partsOf(deadLetter, itemBytes),
  );
};

export type Settlements = ReturnType<typeof createSettlements>;
