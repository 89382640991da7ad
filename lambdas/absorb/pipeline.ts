import type { Logger } from '../delivery.ts';
import type { LeadLimits, LeadTiming } from '../limits.ts';
import type { FieldPolicies } from '../marketo/fieldPolicies.ts';
import type { Clock, Random } from '../ports.ts';
import type { LeadsTable } from '../store/leadsTable.ts';
import type { Metrics } from '../metricNames.ts';
import type { Munchkin } from '../marketo/marketoPorts.ts';
import type { TickQueue } from '../store/tickQueue.ts';
import type { HistoryWriter } from '../history/historyPorts.ts';
import type { HistoryNotes } from '../history/recorder.ts';
import { createStore } from '../store/leadStore.ts';
import { Ticks } from '../store/ticks.ts';
import { createAbsorbEvents } from './absorbEvents.ts';
import { Visits } from './visits.ts';

/** What both halves of the pipeline behind the events queue need. */
export interface PipelinePorts {
  readonly table: LeadsTable;
  readonly tickQueue: TickQueue;
  readonly munchkin: Munchkin;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly timing: LeadTiming;
  readonly limits: LeadLimits;
  readonly visitTimeoutMs: number;
  readonly holdMs: number;
  readonly resendUnchangedAfterMs: number;
  /** What a new e-mail of a known person does. */
  readonly emailChange: 'rename' | 'newLead';
  /** Whether the leads of a deleted user are deleted in Marketo, too; absent: they stay. */
  readonly deletesLeads?: boolean;
  /** The settings' say in when fields go out; absent: the defaults. */
  readonly fieldPolicies?: FieldPolicies;
  /** Where a deletion reaches the history; absent: none is kept. */
  readonly history?: Pick<HistoryWriter, 'erase'>;
  /** What the history is told beside the lines. */
  readonly notes?: HistoryNotes | undefined;
}

/** The parts that absorb and sync share. */
export const composePipeline = (ports: PipelinePorts) => {
  const ticks = new Ticks({ ...ports, queue: ports.tickQueue });
  const store = createStore({ ...ports, ticks });
  const absorbEvents = createAbsorbEvents({ ...ports, store });
  return { ticks, store, absorbEvents, visits: new Visits({ ...ports, store }) };
};
