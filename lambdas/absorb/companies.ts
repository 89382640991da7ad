import type { AbsorbContext, Absorbed, Arrival } from '../lead/absorb.ts';
import { absorbCompany } from '../lead/company.ts';
import type { AbsorbedCompany, CompanyArrival } from '../lead/arrival.ts';
import type { DeadLetter } from '../lead/types.ts';
import type { Store } from '../store/leadStore.ts';

interface CompanyPorts {
  readonly store: Pick<Store, 'leads' | 'saveLead'>;
  readonly putDeadLetter: (letter: DeadLetter) => Promise<void>;
}

/** Many people's events may speak of one company at once; more lost races in a row are no coincidence. */
const mostRaces = 100;

/**
 * Writes what events say of companies into the mailboxes of these companies, and adds what became of it. Done again it
 * changes nothing: it comes after the events' own content is safe. Rejects where the table fails.
 */
export const createCompanies = ({ store, putDeadLetter }: CompanyPorts) => {
  const write = async (
    arrival: CompanyArrival,
    context: () => AbsorbContext,
  ): Promise<AbsorbedCompany> => {
    const { lead } = arrival;
    for (let race = 0; race < mostRaces; race += 1) {
      const loaded = (await store.leads([lead])).get(lead) ?? {};
      const { mailbox, absorbed } = absorbCompany(loaded.state, arrival, context());
      if (absorbed.dead) await putDeadLetter(absorbed.dead);
      if (mailbox === undefined || (await store.saveLead(lead, loaded, mailbox))) return absorbed;
    }
    throw new Error(`lost ${mostRaces} races for one company`);
  };

  return async (
    arrivals: readonly Arrival[],
    absorbed: readonly Absorbed[],
    context: () => AbsorbContext,
  ): Promise<readonly Absorbed[]> => {
    const done: Absorbed[] = [];
    for (const [at, one] of absorbed.entries()) {
      const company = arrivals[at]?.company;
      done.push(company ? { ...one, company: await write(company, context) } : one);
    }
    return done;
  };
};
