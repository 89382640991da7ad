import { expect, it } from 'vitest';
import { importTiming } from '../../lambdas/limits.ts';
import { createImportRequest } from '../../operations/importRequest.ts';
import { noon } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const rest = { api: 'rest', leads: 'createOrUpdate', bulkImport: true } as const;
const requestWith = (marketo: Parameters<typeof createImportRequest>[0]['settings']['marketo']) => {
  const twin = createLeadsTableTwin(1);
  const { askForImports } = createImportRequest({
    table: twin.table,
    settings: { marketo },
    clock: { now: () => noon },
  });
  return { twin, askForImports };
};

it('an operator’s request counts for a while, and leaves what is known of jobs as it is', async () => {
  const { twin, askForImports } = requestWith(rest);
  await twin.table.write(
    'imports',
    { version: 3, state: { jobs: [{ owner: 'import-1' }] } },
    undefined,
  );
  const { until } = await askForImports();
  expect(until).toBe(noon + importTiming.askedMs);
  await askForImports();
  expect((await twin.table.read(['imports'])).get('imports')).toMatchObject({
    version: 5,
    state: { jobs: [{ owner: 'import-1' }], askedUntil: until },
  });
});

it.each([
  [{ ...rest, api: 'soap' as const }, 'set marketo.api to rest'],
  [{ ...rest, bulkImport: false }, 'marketo.bulkImport is false: set it to true'],
  [{ ...rest, leads: 'updateOnly' as const }, 'marketo.leads is updateOnly'],
])('where none can be, it says what to do', async (marketo, message) => {
  const { twin, askForImports } = requestWith(marketo);
  await expect(askForImports()).rejects.toMatchObject({ code: 'unusable' });
  await expect(askForImports()).rejects.toThrow(message);
  expect(twin.rows.size).toBe(0);
});
