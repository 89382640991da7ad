import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { LeadId } from '../lead/types.ts';
import type { Update } from '../marketo/types.ts';
import type { Clock, DueQueue, MarketoLeads, Metrics, Random } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';
import type { Budget } from './budget.ts';
import type { Candidate, Candidates } from './candidates.ts';
import { updateOf } from './candidates.ts';
import type { DueRecord } from '../worker/dueMessages.ts';
import { readDueMessages } from '../worker/dueMessages.ts';
import type { FieldKnowledge } from './fieldKnowledge.ts';
import type { FieldReports } from './fieldReports.ts';
import type { PutOff } from '../worker/putOff.ts';
import type { SyncCall } from './syncCall.ts';
import type { Visits } from '../absorb/visits.ts';
import type { SharedWindow } from './circuitBreaker.ts';

interface SyncPorts {
  readonly due: DueQueue;
  readonly marketo: MarketoLeads;
  readonly candidates: Candidates;
  readonly putOff: PutOff;
  readonly syncCall: SyncCall;
  readonly window: SharedWindow;
  readonly budget: Budget;
  readonly fields: FieldKnowledge;
  readonly fieldReports: FieldReports;
  readonly visits: Visits;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly timing: LeadTiming;
}

/**
 * One turn of the due queue: for each lead that may go now, locks, calls Marketo and settles; each
 * other lead is seen to be woken later. `until` is when the turn must be over. Resolves to the ids
 * of the messages that must come again.
 */
export const createSync = (ports: SyncPorts) => {
  const { due, marketo, candidates, putOff, syncCall, window, budget, fields, visits } = ports;
  const { clock, random, logger, metrics, timing } = ports;

  const hasTime = (until: EpochMs): boolean =>
    clock.now() + timing.fieldQuestionTimeoutMs + timing.callTimeoutMs + timing.settleMarginMs <=
    until;

  /** Out of time: the leads come back soon, spread a little. */
  const defer = (leads: readonly LeadId[]): Promise<void> =>
    due.send(
      leads.map((lead) => ({
        lead,
        delaySeconds: Math.ceil((random() * timing.deferSpreadMs) / 1_000),
      })),
    );

  const syncLeads = async (
    leads: readonly LeadId[],
    until: EpochMs,
    onFailure: (lead: LeadId, error: unknown) => void,
  ): Promise<void> => {
    const free = await candidates(leads, onFailure);
    const found = await putOff.behindLine(free, onFailure);
    if (found.length < free.length) metrics.count('BudgetWaits', free.length - found.length);
    const byLead = new Map(found.map((one) => [one.lead, one]));
    const calls = marketo
      .plan(found.map(updateOf))
      .map((updates) => ({ updates, going: goingOf(updates, byLead) }));
    for (const [index, { updates, going }] of calls.entries()) {
      const rest = calls.slice(index).flatMap((call) => call.going);
      if (!hasTime(until)) return defer(rest.map(({ lead }) => lead));
      const entry = await window.enter();
      if (entry.kind === 'closed') return putOff.all(rest, entry.comeBack, onFailure);
      try {
        // A probe is one call.
        if (entry.kind === 'open') await fields.refresh();
        const extras = updates.every(bringsNoFields);
        const slots = await budget.take(extras ? marketo.requests(updates) : 1, { extras });
        if (!slots.granted) {
          if (entry.kind === 'probe') await window.passProbe();
          const comeBack = slots.comeBack();
          logger.warn('no calls may go now', {
            because: slots.because,
            until: new Date(comeBack).toISOString(),
          });
          metrics.count('BudgetWaits', rest.length);
          await putOff.refused(rest, comeBack, onFailure);
          return;
        }
        const isCalled = await syncCall({ going, updates, slots }, onFailure).finally(
          slots.giveBack,
        );
        if (!isCalled && entry.kind === 'probe') await window.passProbe();
      } catch (error) {
        for (const { lead } of going) onFailure(lead, error);
      }
    }
  };

  return async (records: readonly DueRecord[], until: EpochMs): Promise<readonly string[]> => {
    const messages = readDueMessages(records);
    if (messages.unreadable > 0)
      logger.error('messages on the due queue are none of ours; they are dropped', {
        count: messages.unreadable,
      });
    const failed = new Set<string>();
    const fail = (ids: readonly string[], error: unknown): void => {
      logger.error('sync failed; its messages come again', { error: errorName(error) });
      for (const id of ids) failed.add(id);
    };
    const leads = [...messages.leads.keys()];
    await Promise.all([
      syncLeads(leads, until, (lead, error) => {
        fail(messages.leads.get(lead) ?? [], error);
      }).catch((error: unknown) => {
        fail([...messages.leads.values()].flat(), error);
      }),
      visits.sendAgain(messages.visits, ({ id }, error) => {
        fail([id], error);
      }),
    ]);
    await ports.fieldReports.publish();
    return [...failed];
  };
};

/** Only cookies or activities of a lead that Marketo has. */
const bringsNoFields = ({ fields, marketoId }: Update): boolean =>
  fields.length === 0 && marketoId !== undefined;

const goingOf = (updates: readonly Update[], byLead: ReadonlyMap<LeadId, Candidate>): Candidate[] =>
  updates.flatMap(({ lead }) => byLead.get(lead) ?? []);
