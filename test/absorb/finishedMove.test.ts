import { describe, expect, it } from 'vitest';
import type { DeliveryLine, Logger } from '../../lambdas/delivery.ts';
import { keyIdOf, leadIdOf, shortHashOf } from '../../lambdas/digest.ts';
import { emptyKey } from '../../lambdas/lead/keys.ts';
import type { IdentityRecord } from '../../lambdas/lead/leadTypes.ts';
import { createAbsorbEvents } from '../../lambdas/absorb/absorbEvents.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { leadLimits, leadTiming as timing, indexLimits } from '../../lambdas/limits.ts';
import { at, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noMetrics } from '../twins/metrics.ts';
import { noTicks } from '../twins/ticks.ts';

const email = 'jane@example.com';
const lead = leadIdOf(email);
const key = keyIdOf('userId', 'u');
const message = shortHashOf('held');

/** Linked to its lead by a worker that died before it had moved what the key held. */
const halfDone: IdentityRecord = {
  ...emptyKey,
  link: { lead, email, order: order(5) },
  fields: { Plan: { order: order(1, 0, 'held'), value: 'pro' } },
};

const finish = async (maxFields: number): Promise<readonly DeliveryLine[]> => {
  const { table } = createLeadsTableTwin(indexLimits.shards);
  const clock = { now: () => at(60) };
  const store = createStore({ table, ticks: noTicks, clock, timing, holdMs: 86_400_000 });
  const lines: DeliveryLine[] = [];
  const none = (): void => undefined;
  const logger: Logger = {
    call: none,
    warn: none,
    error: none,
    delivery: (line) => lines.push(line),
  };
  const limits = { ...leadLimits, fields: maxFields };
  const parts = { table, store, clock, logger, metrics: noMetrics, timing, limits };
  const { finishMove } = createAbsorbEvents({
    ...parts,
    emailChange: 'rename',
    resendUnchangedAfterMs: 0,
  });
  await store.saveKey(key, {}, halfDone);
  await finishMove(key, (await store.keys([key])).get(key) ?? {}, halfDone);
  return lines;
};

describe('a move that another worker finishes', () => {
  it('is written down for the events that were moved', async () => {
    expect(await finish(10)).toEqual([
      { step: 'absorbed', lead, messages: [message], because: 'an e-mail turned up' },
    ]);
  });

  it('is a line about a dead letter where the mailbox cannot take them', async () => {
    expect(await finish(0)).toEqual([
      { step: 'dead', lead, messages: [message], because: expect.any(String) as string },
    ]);
  });
});
