import { expect, it } from 'vitest';
import { leadTiming } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { noon } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const twin = createLeadsTableTwin(1);

const storeAt = (now: number) =>
  createStore({
    table: twin.table,
    clock: { now: () => epochMs(now) },
    ticks: { lead: () => undefined, visit: () => undefined },
    timing: leadTiming,
    holdMs: 1_000,
  });

it('a visit that was removed is gone for a machine whose clock is two seconds behind', async () => {
  const visit = {
    kind: 'page',
    token: 'token',
    messageId: 'message',
    url: 'https://example.com/',
    at: epochMs(noon),
  } as unknown as Parameters<ReturnType<typeof storeAt>['addVisit']>[0]['visit'];
  const here = storeAt(noon);
  await here.addVisit({ visit, attempt: 1 }, epochMs(noon));
  const [key = ''] = twin.rows.keys();
  const id = key.slice('visit#'.length) as Parameters<typeof here.removeVisit>[0];
  const loaded = (await here.visits([id])).get(id) ?? {};
  expect(loaded.state?.attempt).toBe(1);
  await here.removeVisit(id, loaded);
  const seen = (await storeAt(noon - 2_000).visits([id])).get(id);
  expect(seen?.state).toBeUndefined();
});
