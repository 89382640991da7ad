import { createBudgetView } from './budget.ts';
import { createEventView } from './event.ts';
import { createFlowView } from './flow.ts';
import { createLeadView } from './lead.ts';
import type { OperationsParts } from './parts.ts';
import type { Operations } from './ports.ts';

/** The operations of one destination. */
export const createOperations = (parts: OperationsParts): Operations => ({
  flow: createFlowView(parts),
  lead: createLeadView(parts),
  event: createEventView(parts),
  budget: createBudgetView(parts),
  dead: (after) => parts.dead.dead(after),
  resend: (ids) => parts.dead.resend(ids),
  drop: (ids) => parts.dead.drop(ids),
  check: () => parts.check(),
});
