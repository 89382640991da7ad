import type { LeadImports } from '../../marketo/marketoPorts.ts';
import type { Clock } from '../../ports.ts';
import type { ReadyLead } from '../callPlan.ts';
import type { SchemaCache } from '../schemaCache.ts';
import type { ImportsItem } from './importsItem.ts';
import { plannedImport } from './plannedUpdate.ts';

interface LeftLeadsPorts {
  readonly imports: Pick<LeadImports, 'kindOf'>;
  readonly item: Pick<ImportsItem, 'left'>;
  readonly fields: Pick<SchemaCache, 'known'>;
  readonly clock: Clock;
}

/** Those of the leads that no import is to carry, so that other calls do. */
export const createLeftLeads =
  ({ imports, item, fields, clock }: LeftLeadsPorts) =>
  async (ready: readonly ReadyLead[]): Promise<readonly ReadyLead[]> => {
    const { isAll, kinds } = await item.left();
    if (!isAll && kinds.size === 0) return ready;
    const known = await fields.known();
    return ready.filter((one) => {
      const planned = plannedImport(one, known, imports, clock.now());
      return planned === undefined || !(isAll || kinds.has(planned.kind));
    });
  };

export type LeftLeads = ReturnType<typeof createLeftLeads>;
