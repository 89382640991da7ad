import { expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { entryOf } from '../../lambdas/lead/schedule.ts';
import { planRestCalls } from '../../lambdas/marketo/rest/restPlan.ts';
import { createReads } from '../../lambdas/store/leadStore.ts';
import { DueIndex } from '../../lambdas/sync/dueIndex.ts';
import { createLocks } from '../../lambdas/sync/locks.ts';
import type { Reports } from '../../lambdas/sync/reports.ts';
import type { Store } from '../../lambdas/store/leadStore.ts';
import { ReadyLeads } from '../../lambdas/sync/readyLeads.ts';
import { activityAt, at, noon, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

it('relations are found whose lead has an activity that became ready after they did', async () => {
  const { table } = createLeadsTableTwin(1);
  let now = noon;
  const clock = { now: () => now };
  const activity = activityAt(order(0), 'a');
  const state: Mailbox = {
    fields: { 'list:1001': { order: order(0), value: true } },
    cookies: {},
    marketoId: 1,
    address: { text: 'jane@example.com', order: order(0) },
    lockedUntil: at(32),
    activities: { pending: { a: activity }, done: [], attempts: 2, retryAt: at(40) },
  };
  const entry = entryOf(state, undefined, noon);
  expect(entry).toEqual({ lane: 'relations', nextAt: at(32) });
  const lead = leadIdOf('jane@example.com');
  await table.write(`lead#${lead}`, { version: 1, state, ...(entry && { entry }) }, undefined);
  const readyLeads = new ReadyLeads({
    store: createReads({ table, clock }),
    index: new DueIndex({ table, clock, shards: 1 }),
    marketo: { plan: (updates) => planRestCalls(updates) },
    clock,
  });
  for (const seconds of [33, 41]) {
    now = at(seconds);
    const { ready } = await readyLeads.relations([], at(60));
    expect(ready.map((one) => one.lead)).toEqual([lead]);
  }
});

it('a lead that was planned with fields which wait for Marketo’s description is written down, so that its company is planned next', async () => {
  const lead = leadIdOf('jane@example.com');
  const state: Mailbox = {
    fields: {
      'link:company': { order: order(0), value: 'acme' },
      Plan: { order: order(1), value: 'pro' },
    },
    cookies: {},
    marketoId: 1,
    address: { text: 'jane@example.com', order: order(0) },
  };
  const saved: Mailbox[] = [];
  const locks = createLocks({
    store: {
      saveLead: (_lead: unknown, _loaded: unknown, mailbox: Mailbox) => {
        saved.push(mailbox);
        return Promise.resolve(true);
      },
    } as unknown as Store,
    reports: { leftOut: () => undefined } as unknown as Reports,
    putDeadLetter: () => Promise.resolve(),
    leaseMs: 127_000,
  });
  const known = {
    objectionTo: () => ({ because: 'nobody knows yet', isNotYet: true as const }),
    fieldNamed: (name: string) => name,
    until: at(600),
    unknownFields: 'skip' as const,
  };
  const call = { owner: 'me', at: noon, known };
  expect(await locks({ lead, loaded: { state, version: 1 } }, {}, call)).toBeUndefined();
  const [after = state] = saved;
  expect(entryOf(after, undefined, noon)).toEqual({ lane: 'relations', nextAt: noon });
});
