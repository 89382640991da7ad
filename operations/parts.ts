import type { SettingsOf } from '../lambdas/settings.ts';
import type { Clock } from '../lambdas/ports.ts';
import type { Counters } from '../lambdas/sync/counters.ts';
import type { LeadsTable } from '../lambdas/store/leadsTable.ts';
import type { Lines, Operations } from './ports.ts';
import type { AlarmsView, Check, DeadView, QueueView } from './views.ts';

/** The dead letters, as the views and whoever resends or drops them need them. */
export interface DeadLetters extends Pick<Operations, 'dead' | 'resend' | 'drop'> {
  /** Those whose ids begin with one of these: a lead's or key's id and `#`, or a visitor's prefix. */
  of(prefixes: readonly string[]): Promise<readonly DeadView[]>;
  /** Those of the leads table, counted up to `most`; unprocessed events have their queue's count. */
  count(max: number): Promise<{ readonly count: number; readonly isAll: boolean }>;
}

/** What one destination, local or deployed, is looked at through. */
export interface OperationsParts {
  readonly lines: Lines;
  /** How long history is kept; 0: none is. */
  readonly historyDays: number;
  readonly table: Pick<LeadsTable, 'read'>;
  readonly counters: Pick<Counters, 'used'>;
  /** Leads and keys with something pending or held, counted up to `most`. */
  readonly itemsPending: (
    max: number,
  ) => Promise<{ readonly count: number; readonly isAll: boolean }>;
  readonly queues: () => Promise<Readonly<Record<'events' | 'ticks' | 'deadEvents', QueueView>>>;
  readonly dead: DeadLetters;
  readonly check: () => Promise<readonly Check[]>;
  readonly alarms: () => Promise<Omit<AlarmsView, 'now'>>;
  readonly settings: {
    readonly marketo: Pick<SettingsOf<'sync'>['marketo'], 'api' | 'dailyCalls'>;
  };
  /** How long a person without a known e-mail is held. */
  readonly holdMs: number;
  readonly clock: Clock;
}
