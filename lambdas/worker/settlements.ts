import { digestOf } from '../digest.ts';
import { partsOf } from '../lead/deadLetters.ts';
import type { LeadVerdict, SettleContext, Settled } from '../lead/settle.ts';
import { settle } from '../lead/settle.ts';
import type { Mailbox } from '../lead/types.ts';
import type { LeadsTable, Random } from '../ports.ts';
import type { LeadLimits, LeadTiming } from '../../lib/timing.ts';
import type { Locked } from './locks.ts';
import type { Reports } from './reports.ts';
import type { Loaded, Store } from './store.ts';

interface SettlementPorts {
  readonly store: Store;
  readonly table: LeadsTable;
  readonly reports: Reports;
  readonly random: Random;
  readonly timing: LeadTiming;
  readonly limits: LeadLimits;
}

/** Writes down what an answer means for one lead, its dead letter first. */
export const createSettlements =
  ({ store, table, reports, random, timing, limits }: SettlementPorts) =>
  async (
    { lead, snapshot, loaded: first }: Locked,
    verdict: LeadVerdict,
    context: Pick<SettleContext, 'now' | 'callSize'>,
  ): Promise<void> => {
    let loaded: Loaded<Mailbox> = first;
    let tried: Settled | undefined;
    for (let race = 0; ; race += 1) {
      if (race > 0) loaded = (await store.leads([lead])).get(lead) ?? {};
      const present = loaded.state;
      if (present === undefined) return;
      const rest = { lead, random: random(), digestOf, timing };
      const settled = settle(present, snapshot, verdict, { ...context, ...rest });
      for (const [part, letter] of partsOfDead(settled, limits.itemBytes))
        await table.bury(`${lead}#${snapshot.owner}#${part}`, letter, context.now);
      if (!(await store.saveLead(lead, loaded, settled?.mailbox ?? present))) {
        tried = settled ?? tried;
        continue;
      }
      // Not ours any more: either another call has it, or our write landed and its answer was lost.
      const said = settled ?? (present.lastOwner === snapshot.owner ? tried : undefined);
      if (said) reports.settled(lead, snapshot, verdict, said);
      return;
    }
  };

const partsOfDead = (settled: Settled | undefined, itemBytes: number) =>
  settled?.dead ? partsOf(settled.dead, itemBytes).entries() : [];

export type Settlements = ReturnType<typeof createSettlements>;
