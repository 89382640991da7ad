import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { contestedFields } from './input.ts';
import type { MarketoLeads } from './marketoLeads.ts';
import type { Scheduler } from './scheduler.ts';

/** What somebody else wrote into a field. */
const fromElsewhere = 'from elsewhere';

const everyMs = 10_000;

interface OtherPorts {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly marketo: MarketoLeads;
  /** Until then. */
  readonly until: number;
}

/** What people and other systems do in Marketo meanwhile: they delete, merge, duplicate and change leads. */
export const otherSystemsAtWork = async (ports: OtherPorts): Promise<void> => {
  const { scheduler, faults, dice, marketo, until } = ports;

  const someLead = () => {
    const leads = marketo.alive();
    return leads[dice.whole(Math.max(1, leads.length))];
  };

  while (scheduler.now() < until) {
    await scheduler.sleep(everyMs);
    const lead = someLead();
    if (lead === undefined) continue;
    if (faults.strikes('otherWrites')) {
      lead.fields.set(contestedFields[dice.whole(contestedFields.length)] ?? '', fromElsewhere);
      lead.updatedAt = scheduler.now();
    }
    if (faults.strikes('leadDuplicates')) marketo.duplicate(lead);
    if (faults.strikes('leadMerges')) {
      const others = marketo.alive().filter((one) => one !== lead);
      // Mostly those are merged that are one person's.
      const twins = others.filter(({ email }) => email === lead.email);
      const from = twins.length > 0 ? twins : others;
      const winner = from[dice.whole(Math.max(1, from.length))];
      if (winner) marketo.merge(lead, winner);
    } else if (faults.strikes('leadDeletions')) marketo.delete(lead);
  }
};
