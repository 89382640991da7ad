import { leadApis } from '../lambdas/marketo/leadApis.ts';
import type { Clock } from '../lambdas/ports.ts';
import type { SettingsOf } from '../lambdas/settings.ts';
import { askForImports } from '../lambdas/store/importStore.ts';
import type { LeadsTable } from '../lambdas/store/leadsTable.ts';
import { OperationsError } from './error.ts';
import type { Operations } from './ports.ts';

interface ImportRequestParts {
  readonly table: Pick<LeadsTable, 'read' | 'write'>;
  readonly settings: {
    readonly marketo: Pick<SettingsOf<'sync'>['marketo'], 'api' | 'leads' | 'bulkImport'>;
  };
  readonly clock: Clock;
}

/** Why no import can carry anything here, and what to do. */
const hindrance = ({ marketo }: ImportRequestParts['settings']): string | undefined => {
  const { api, leads, bulkImport } = marketo;
  if (!leadApis[api].hasImports) return 'bulk imports go over REST: set marketo.api to rest';
  if (!bulkImport) return 'marketo.bulkImport is false: set it to true';
  return leads === 'createOrUpdate'
    ? undefined
    : `a bulk import creates or updates leads, but marketo.leads is ${leads}`;
};

/** Lets an operator ask for bulk imports. */
export const createImportRequest = ({
  table,
  settings,
  clock,
}: ImportRequestParts): Pick<Operations, 'askForImports'> => ({
  askForImports: async () => {
    const wrong = hindrance(settings);
    if (wrong !== undefined)
      throw new OperationsError('unusable', `nothing was sent: ${wrong}, or leave --bulk out`);
    return { until: await askForImports({ table, clock }) };
  },
});
