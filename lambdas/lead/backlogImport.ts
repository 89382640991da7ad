import { hasActivities } from './activities.ts';
import { hasCookies, hasRelations } from './mailbox.ts';
import type { Mailbox } from './leadTypes.ts';

/*
 * A backlog leaves by bulk imports where the calls that the day still has cannot carry it, or an operator
 * asked for it. Once begun it goes on until what is left is no more calls as batches of Sync Leads:
 *
 *     due │▇▇▇▇▇▇▇▇▇▇▇▇▇
 *         │▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇        ─ ─ calls left × leads per call: above it imports begin
 *         │▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
 *         │▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇ ─ ─ minRows: below it they end
 */

interface Backlog {
  /** Calls that the day still has. */
  readonly callsLeft: number;
  /** An operator asked for imports. */
  readonly isAsked: boolean;
  /** Imports carry the backlog already. */
  readonly isOn: boolean;
}

interface BacklogLimits {
  readonly minRows: number;
  readonly leadsPerCall: number;
}

/** How many leads have to be due for imports to carry them. */
export const importsFrom = (
  { callsLeft, isAsked, isOn }: Backlog,
  { minRows, leadsPerCall }: BacklogLimits,
): number => (isAsked || isOn ? minRows : Math.max(minRows, callsLeft * leadsPerCall + 1));

/**
 * Whether a lead may go by an import at all. It tells nothing of what else a lead has to say, and no
 * id of a new one; and who failed or was refused goes by calls that say why.
 */
export const mayBeImported = (mailbox: Mailbox): boolean => {
  const { company, formerEmails, narrowing, callMost, attempts, marketoId, activities } = mailbox;
  const hasFailed = narrowing !== undefined || callMost !== undefined || (attempts ?? 0) > 0;
  if (hasFailed || company !== undefined) return false;
  if (marketoId !== undefined) return true;
  const hasMore =
    hasCookies(mailbox) || hasRelations(mailbox) || hasActivities(activities?.pending);
  return !hasMore && formerEmails === undefined;
};
