import type { Logger } from '../delivery.ts';
import type { LeftOut } from '../lead/leaveOut.ts';
import { hasLeadAlready } from '../lead/leaveOut.ts';
import type { Snapshot } from '../lead/lock.ts';
import type { LeadVerdict, Settled } from '../lead/settle.ts';
import { nextAtOf } from '../lead/schedule.ts';
import type { DeadLetter, LeadId } from '../lead/leadTypes.ts';
import type { Metrics } from '../metricNames.ts';
import type { SequenceKey } from '../segment/order.ts';
import { messageHashOf } from '../segment/order.ts';
import type { FieldReports } from './fieldReports.ts';

interface Carried {
  readonly name: string;
  readonly order: SequenceKey;
}

/** The lead of a line, and the call that it came of. */
interface About {
  readonly lead: LeadId;
  readonly call?: string;
}

const told = (about: About, carried: readonly Carried[]) => ({
  ...about,
  messages: [...new Set(carried.map(({ order }) => messageHashOf(order)))],
  fields: carried.map(({ name }) => name),
});

/** Delivery lines about leads, for the messages whose values they carried. */
export const createReports = (logger: Logger, metrics: Metrics, fieldReports: FieldReports) => ({
  /** Fields were left out of an update; one line for each reason. */
  leftOut: (lead: LeadId, { left, superseded }: Pick<LeftOut, 'left' | 'superseded'>): void => {
    if (superseded.length > 0)
      logger.delivery({ step: 'superseded', ...told({ lead }, superseded) });
    const said = left.filter(({ isOptional }) => !isOptional);
    for (const [because, carried] of Map.groupBy(said, (one) => one.because)) {
      const until = carried[0]?.until;
      logger.delivery(
        until === undefined
          ? { step: 'refused', ...told({ lead }, carried), because }
          : { step: 'waiting', ...told({ lead }, carried), because, until },
      );
    }
    const forNew = left.filter(({ isForNew }) => isForNew);
    for (const [because, carried] of Map.groupBy(forNew, (one) => one.because))
      logger.delivery({ step: 'unchanged', ...told({ lead }, carried), because });
    fieldReports.unknown(said.filter(({ isUnknown }) => isUnknown));
  },
  /** An update became a dead letter for its fields of these names, which Marketo does not have. */
  failed: (
    lead: LeadId,
    { because, fields }: Pick<DeadLetter, 'because' | 'fields'>,
    unknown: readonly string[],
  ): void => {
    logger.delivery({ step: 'dead', ...told({ lead }, fields), because });
    fieldReports.unknown(fields.filter(({ name }) => unknown.includes(name)));
  },
  /** What became of the fields and the cookie of a call. */
  settled: (
    about: About,
    { fields }: Snapshot,
    verdict: LeadVerdict,
    { mailbox, dead, unwanted, isAnotherLead }: Settled,
  ): void => {
    if (dead && dead.fields.length > 0)
      logger.delivery({ step: 'dead', ...told(about, dead.fields), because: dead.because });
    if (unwanted && unwanted.fields.length > 0)
      logger.delivery({
        step: 'refused',
        ...told(about, unwanted.fields),
        because: unwanted.because,
      });
    if (isAnotherLead) {
      logger.warn('Marketo has another lead for this person now; the next identify goes whole', {
        lead: about.lead,
      });
      metrics.count('LeadsReplaced');
    }
    if (verdict.kind === 'synced') {
      const { withheld = [], isCreated } = verdict;
      const kept = fields.filter(({ name }) => withheld.includes(name));
      const went = fields.filter((field) => !kept.includes(field));
      const made = isCreated ? { isCreated } : {};
      if (went.length > 0) logger.delivery({ step: 'synced', ...told(about, went), ...made });
      if (kept.length > 0 && !isCreated)
        logger.delivery({
          step: 'unchanged',
          ...told(about, kept),
          because: hasLeadAlready.because,
        });
      if (typeof verdict.cookie === 'object')
        logger.delivery({ step: 'refused', ...about, because: verdict.cookie.because });
      return;
    }
    const gone = new Set((dead ?? unwanted)?.fields.map(({ name }) => name));
    const waiting = fields.filter(({ name }) => !gone.has(name));
    if (waiting.length === 0) return;
    const until = nextAtOf(mailbox) ?? 0;
    logger.delivery({ step: 'waiting', ...told(about, waiting), because: verdict.because, until });
  },
});

export type Reports = ReturnType<typeof createReports>;
