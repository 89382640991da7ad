import type { Logger } from '../delivery.ts';
import { noSuchField } from '../lead/leaveOut.ts';
import type { Snapshot } from '../lead/lock.ts';
import type { LeadVerdict, Settled } from '../lead/settle.ts';
import type { LeadId } from '../lead/types.ts';
import type { Order } from '../segment/order.ts';
import { messageHashOf } from '../segment/order.ts';

interface Carried {
  readonly name: string;
  readonly order: Order;
}

const told = (lead: LeadId, carried: readonly Carried[]) => ({
  lead,
  messages: [...new Set(carried.map(({ order }) => messageHashOf(order)))],
  fields: carried.map(({ name }) => name),
});

/** Delivery lines about leads, for the messages whose values they carried. */
export const createReports = (logger: Logger) => ({
  leftOut: (lead: LeadId, carried: readonly Carried[]): void => {
    if (carried.length > 0)
      logger.delivery({ step: 'refused', ...told(lead, carried), because: noSuchField });
  },
  settled: (
    lead: LeadId,
    { fields }: Snapshot,
    verdict: LeadVerdict,
    { mailbox, dead }: Settled,
  ): void => {
    if (verdict.kind === 'synced') {
      logger.delivery({ step: 'synced', ...told(lead, fields) });
      return;
    }
    if (dead) logger.delivery({ step: 'dead', ...told(lead, dead.fields), because: dead.because });
    const gone = new Set(dead?.fields.map(({ name }) => name));
    const waiting = fields.filter(({ name }) => !gone.has(name));
    if (waiting.length === 0) return;
    const until = Math.max(mailbox.lockedUntil ?? 0, mailbox.notBefore ?? 0);
    logger.delivery({ step: 'waiting', ...told(lead, waiting), because: verdict.because, until });
  },
});

export type Reports = ReturnType<typeof createReports>;
