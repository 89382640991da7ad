import type { AbsorbContext, Absorbed, NormalizedEvent } from '../lead/absorb.ts';
import { absorbCompany } from '../lead/company.ts';
import type { AbsorbedCompany, CompanyArrival } from '../lead/normalizedEvent.ts';
import type { DeadLetter } from '../lead/leadTypes.ts';
import type { Store } from '../store/leadStore.ts';

interface CompanyPorts {
  readonly store: Pick<Store, 'leads' | 'saveLead'>;
  readonly putDeadLetter: (deadLetter: DeadLetter) => Promise<void>;
}

/** Many people's events may speak of one company at once; more lost races in a row are no coincidence. */
const maxRaces = 100;

/**
 * Writes what events say of companies into the mailboxes of these companies, and adds what became of it. Done again it
 * changes nothing: it comes after the events' own content is safe. Rejects where the table fails.
 */
export const createCompanies = ({ store, putDeadLetter }: CompanyPorts) => {
  const write = async (
    normalized: CompanyArrival,
    context: () => AbsorbContext,
  ): Promise<AbsorbedCompany> => {
    const { lead } = normalized;
    for (let race = 0; race < maxRaces; race += 1) {
      const loaded = (await store.leads([lead])).get(lead) ?? {};
      const { mailbox, absorbed } = absorbCompany(loaded.state, normalized, context());
      if (absorbed.dead) await putDeadLetter(absorbed.dead);
      if (mailbox === undefined || (await store.saveLead(lead, loaded, mailbox))) return absorbed;
    }
    throw new Error(`lost ${maxRaces} races for one company`);
  };

  return async (
    normalizedEvents: readonly NormalizedEvent[],
    absorbed: readonly Absorbed[],
    context: () => AbsorbContext,
  ): Promise<readonly Absorbed[]> => {
    const done: Absorbed[] = [];
    for (const [at, one] of absorbed.entries()) {
      const company = normalizedEvents[at]?.company;
      done.push(company ? { ...one, company: await write(company, context) } : one);
    }
    return done;
  };
};
