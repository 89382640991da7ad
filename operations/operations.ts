import { createBudgetView } from './budget.ts';
import { createEventView } from './event.ts';
import { createFlowView } from './flow.ts';
import { createLeadView } from './lead.ts';
import type { OperationsParts } from './parts.ts';
import type { HistoryViews, Operations, Tools } from './ports.ts';

/** What can be asked about one destination, and done with what is stored there. */
export const createOperations = (
  parts: OperationsParts,
): Omit<Operations, keyof Tools | keyof HistoryViews | 'askForImports'> => ({
  flow: createFlowView(parts),
  lead: createLeadView(parts),
  event: createEventView(parts),
  budget: createBudgetView(parts),
  dead: (after) => parts.dead.dead(after),
  resend: (ids) => parts.dead.resend(ids),
  drop: (ids) => parts.dead.drop(ids),
  check: () => parts.check(),
  alarms: async () => ({ now: parts.clock.now(), ...(await parts.alarms()) }),
});
