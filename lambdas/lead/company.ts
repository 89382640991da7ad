import type { AbsorbContext, AbsorbedCompany, CompanyArrival } from './normalizedEvent.ts';
import { tooMuch, within } from './itemSize.ts';
import { emptyMailbox } from './mailbox.ts';
import { absorbFields } from './registers.ts';
import type { Mailbox } from './leadTypes.ts';

/**
 * What an event says of a company, in the company's own mailbox: values of many people's events meet there, and the
 * order key decides. `mailbox` undefined: what goes nowhere is in `dead`.
 */
export const absorbCompany = (
  before: Mailbox | undefined,
  { lead, id, incoming }: CompanyArrival,
  context: AbsorbContext,
): { readonly mailbox?: Mailbox; readonly absorbed: AbsorbedCompany } => {
  const [first] = incoming;
  if (first === undefined) return { absorbed: { lead, outcomes: new Map(), replaced: [] } };
  const home = before ?? { ...emptyMailbox('', first.order), company: id };
  const { fields, outcomes, replaced } = absorbFields(home.fields, incoming, context);
  const mailbox = within({ ...home, fields }, context.limits);
  const absorbed = { lead, outcomes, replaced };
  if (mailbox) return { mailbox, absorbed };
  return { absorbed: { ...absorbed, dead: { because: tooMuch, lead, fields: incoming } } };
};
