import { beforeEach, describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { Arrival } from '../../lambdas/lead/absorb.ts';
import type { DeadLetter } from '../../lambdas/lead/types.ts';
import type { LeadsTable } from '../../lambdas/ports.ts';
import { createAbsorbEvents } from '../../lambdas/absorb/absorbEvents.ts';
import { createBury } from '../../lambdas/store/bury.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { createUnbury } from '../../lambdas/store/unbury.ts';
import { leadLimits, leadTiming, indexLimits } from '../../lambdas/limits.ts';
import { at, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noMetrics } from '../twins/metrics.ts';
import { noTicks } from '../twins/ticks.ts';

const email = 'jane@example.com';
const lead = leadIdOf(email);
const user = keyIdOf('userId', 'jane');
const timing = leadTiming;
const limits = { ...leadLimits, fields: 2 };
const clock = { now: () => at(60) };
const logger = {
  call: () => undefined,
  delivery: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

let twin: ReturnType<typeof createLeadsTableTwin>;
beforeEach(() => {
  twin = createLeadsTableTwin(indexLimits.shards);
});

const partsOver = (table: LeadsTable) => {
  const store = createStore({ table, ticks: noTicks, clock, timing, holdMs: 86_400_000 });
  const parts = { table, store, clock, logger, metrics: noMetrics };
  const ports = {
    ...parts,
    timing,
    limits,
    resendUnchangedAfterMs: 0,
    emailChange: 'rename' as const,
  };
  const absorbEvents = createAbsorbEvents(ports);
  return { absorbEvents, bury: createBury(ports), unbury: createUnbury(ports) };
};

const told = (seconds: number, ...names: readonly string[]): Arrival => ({
  order: order(seconds),
  keys: { userId: user, named: { lead, email } },
  incoming: names.map((name) => ({ name, value: 'x', order: order(seconds) })),
  isVisit: false,
  derived: { token: '_mch-example.com-derived', key: user },
});

const deletion = { order: order(10), keys: { userId: user } };
const letter = (seconds: number): DeadLetter => ({
  because: 'Marketo refused it',
  lead,
  fields: [{ name: 'Plan', value: 'x', order: order(seconds) }],
});

describe('a dead letter that is written while its user is deleted', () => {
  it('is emptied by who wrote it, where the deletion is over before it lands', async () => {
    const { absorbEvents: other } = partsOver(twin.table);
    let buried = 0;
    const { absorbEvents } = partsOver({
      ...twin.table,
      bury: async (...input) => {
        buried += 1;
        await other.forget(deletion);
        await twin.table.bury(...input);
      },
    });
    await absorbEvents.absorb([told(1, 'Plan')]);
    const [tooMany] = await absorbEvents.absorb([told(2, 'City', 'Score', 'Title')]);
    expect(buried).toBe(1);
    expect(tooMany?.because).toBe('the user was deleted');
    expect([...twin.dead]).toEqual([]);
  });

  it('is found by the deletion, where it lands after the first look', async () => {
    const { absorbEvents } = partsOver(twin.table);
    await absorbEvents.absorb([told(1, 'Plan')]);
    let looks = 0;
    const { absorbEvents: deleting } = partsOver({
      ...twin.table,
      buried: async (prefixes) => {
        const found = await twin.table.buried(prefixes);
        looks += 1;
        if (looks === 1) await twin.table.bury(`${lead}#late`, letter(2), at(60));
        return found;
      },
    });
    const { letters } = await deleting.forget(deletion);
    expect(letters).toBe(1);
    expect([...twin.dead]).toEqual([]);
  });
});

describe('a dead letter whose race is lost', () => {
  it('stays where its user was not deleted', async () => {
    const { bury, unbury } = partsOver(twin.table);
    await bury(letter(2));
    await unbury(letter(2));
    expect([...twin.dead.values()]).toEqual([letter(2)]);
  });

  it('stays where it is newer than the deletion', async () => {
    const { absorbEvents, bury, unbury } = partsOver(twin.table);
    await absorbEvents.absorb([told(1, 'Plan')]);
    await absorbEvents.forget(deletion);
    await bury(letter(11));
    await unbury(letter(11));
    expect([...twin.dead.values()]).toEqual([letter(11)]);
  });

  it('of a key is emptied with its user, and comes no more under its name', async () => {
    const { absorbEvents, bury, unbury } = partsOver(twin.table);
    await absorbEvents.absorb([{ ...told(1, 'Plan'), keys: { userId: user } }]);
    await absorbEvents.forget(deletion);
    const held: DeadLetter = { because: 'no e-mail', key: user, fields: letter(2).fields };
    await bury(held);
    await unbury(held);
    expect([...twin.dead]).toEqual([]);
    await bury(held);
    expect([...twin.dead]).toEqual([]);
  });
});

it('a delete ends what an interrupted one of another user left of the lead that both named', async () => {
  const { absorbEvents } = partsOver(twin.table);
  const other = keyIdOf('userId', 'jill');
  await absorbEvents.absorb([told(1, 'Plan')]);
  await absorbEvents.absorb([
    { ...told(2, 'City'), keys: { userId: other, named: { lead, email } } },
  ]);
  const { absorbEvents: interrupted } = partsOver({
    ...twin.table,
    write: (key, ...rest) =>
      key.startsWith('lead#')
        ? Promise.reject(new Error('the worker died'))
        : twin.table.write(key, ...rest),
  });
  await expect(interrupted.forget(deletion)).rejects.toThrow('the worker died');
  const mailbox = () => twin.rows.get(`lead#${lead}`)?.json;
  expect(mailbox()).toContain(email);
  await absorbEvents.forget({ order: order(12, 0, 'other'), keys: { userId: other } });
  expect(mailbox()).not.toContain(email);
  expect(mailbox()).toContain(order(10));
});
