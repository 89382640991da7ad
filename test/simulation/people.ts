import { leadIdOf } from '../../lambdas/digest.ts';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import type { World } from './world.ts';

/*
 * Whose an e-mail is. The only thing that checks believe of the table is which lead an e-mail names; that
 * such an alias is due, and that Marketo has the lead under its latest e-mail, is checked by itself.
 */

type Table = Pick<World, 'leadsNamed'>;

/** The leads that an e-mail ever named: its own first, then the one whose alias it is. */
export const leadsOf = ({ leadsNamed }: Table, email: string): readonly LeadId[] =>
  leadsNamed(leadIdOf(email));

/** The lead that an e-mail names by now. */
export const leadOf = (table: Table, email: string): LeadId => {
  const leads = leadsOf(table, email);
  return leads.at(-1) ?? leadIdOf(email);
};

/** Whether two e-mails are one person's. */
export const isSamePerson = (table: Table, one: string, other: string): boolean =>
  one === other || leadOf(table, one) === leadOf(table, other);
