import { describe, expect, it } from 'vitest';
import { createAbsorbEvents } from '../../lambdas/absorb/absorbEvents.ts';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent } from '../../lambdas/lead/absorb.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { indexLimits, leadLimits, leadTiming as timing } from '../../lambdas/limits.ts';
import type { LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { normalized, at } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noMetrics } from '../twins/metrics.ts';
import { noTicks } from '../twins/ticks.ts';

const none = (): void => undefined;
const logger = { call: none, warn: none, error: none, delivery: none };
const clock = { now: () => at(60) };
const { table, rows } = createLeadsTableTwin(indexLimits.shards);

const workerOn = (own: LeadsTable) => {
  const store = createStore({ table: own, ticks: noTicks, clock, timing, holdMs: 86_400_000 });
  return createAbsorbEvents({
    ...{ table: own, store, clock, logger, metrics: noMetrics, timing, limits: leadLimits },
    emailChange: 'rename',
    resendUnchangedAfterMs: 0,
  });
};

/** Absorbs an event; before it writes the item of this e-mail's lead for the first time, another comes. */
const race = async (
  event: NormalizedEvent,
  email: string,
  other: NormalizedEvent,
): Promise<void> => {
  let isNext = true;
  const write: LeadsTable['write'] = async (key, ...rest) => {
    if (isNext && key === `lead#${leadIdOf(email)}`) {
      isNext = false;
      await workerOn(table).absorb([other]);
    }
    return table.write(key, ...rest);
  };
  await workerOn({ ...table, write }).absorb([event]);
  expect(isNext).toBe(false);
};

const leads = () =>
  [...rows]
    .filter(([key]) => key.startsWith('lead#'))
    .map(([, { json }]) => JSON.parse(json) as Mailbox)
    .filter(({ alias }) => alias === undefined)
    .map(({ address }) => address.text);

describe('a rename', () => {
  const [old, fresh] = ['old@example.com', 'new@example.com'];
  const says = (second: number, userId: string, email: string) =>
    normalized(second, { userId, email, fields: { Email: email, [`Only${second}`]: second } });

  it('that loses its e-mail to another worker leaves its lead as it was', async () => {
    rows.clear();
    await workerOn(table).absorb([says(1, 'u', old)]);
    await race(says(2, 'u', fresh), fresh, says(3, 'v', fresh));
    expect(leads().sort()).toEqual([fresh, old]);
  });

  it.each([
    ['older', says(1, 'u', old), says(2, 'u', fresh)],
    ['newer', says(2, 'u', old), says(1, 'u', fresh)],
  ])('finds the lead that an %s event is about to make', async (age, first, second) => {
    rows.clear();
    await race(first, old, second);
    expect(leads()).toEqual([age === 'older' ? fresh : old]);
  });

  it('finds the lead of a worker that died between the keys of its event', async () => {
    rows.clear();
    const [user, device] = [{ userId: 'u' }, { anonymousId: 'd' }];
    const dying = normalized(2, { ...user, ...device, email: old });
    const write: LeadsTable['write'] = (key, ...rest) =>
      key === `key#${keyIdOf('userId', 'u')}`
        ? Promise.reject(new Error('the worker died'))
        : table.write(key, ...rest);
    await expect(workerOn({ ...table, write }).absorb([dying])).rejects.toThrow();
    // It comes again once two others have come.
    await workerOn(table).absorb([normalized(1, { ...user, cookie: 'c', email: fresh })]);
    await workerOn(table).absorb([normalized(3, { ...device, fields: { Plan: 'pro' } })]);
    await workerOn(table).absorb([dying]);
    expect(leads()).toEqual([old]);
  });

  it.each([
    ['before', true],
    ['while', false],
  ])(
    'of a worker that died before it wrote the lead makes no second lead of an e-mail that another takes %s it goes on',
    async (_when, isBefore) => {
      rows.clear();
      const device = { anonymousId: 'd' };
      await workerOn(table).absorb([normalized(1, { ...device, fields: { Plan: 'pro' } })]);
      const dying = [says(2, 'u', old), normalized(3, { userId: 'u', ...device, email: fresh })];
      const write: LeadsTable['write'] = (key, ...rest) =>
        key.startsWith('lead#')
          ? Promise.reject(new Error('the worker died'))
          : table.write(key, ...rest);
      await expect(workerOn({ ...table, write }).absorb(dying)).rejects.toThrow();
      const [other, goesOn] = [
        says(4, 'v', fresh),
        normalized(5, { ...device, fields: { City: 'Oslo' } }),
      ];
      if (isBefore) await workerOn(table).absorb([other]);
      if (isBefore) await workerOn(table).absorb([goesOn]);
      else await race(goesOn, fresh, other);
      expect(leads()).toEqual([fresh]);
      const holders = [...rows.values()].filter(({ json }) => json.includes('"Plan"'));
      expect(holders).toHaveLength(1);
      await workerOn(table).absorb(dying);
      // Its first e-mail was never that of the other's lead.
      expect(leads().sort()).toEqual([fresh, old]);
    },
  );
});

describe('what a key holds', () => {
  it('is not lost with a worker that dies before it wrote the lead, though a later event of its turn freed the key', async () => {
    rows.clear();
    const user = { userId: 'u' };
    const held = { ...normalized(1, { ...user, fields: { Plan: 'pro' } }), by: 'browser' as const };
    await workerOn(table).absorb([held]);
    const turn = [
      { ...normalized(2, { ...user, email: 'jane@example.com' }), by: 'browser' as const },
      { ...normalized(3, { ...user, fields: { City: 'Oslo' } }), by: 'server' as const },
    ];
    const write: LeadsTable['write'] = (key, ...rest) =>
      key.startsWith('lead#')
        ? Promise.reject(new Error('the worker died'))
        : table.write(key, ...rest);
    await expect(workerOn({ ...table, write }).absorb(turn)).rejects.toThrow();
    await workerOn(table).absorb(turn);
    for (const value of ['pro', 'Oslo'])
      expect([...rows.values()].filter(({ json }) => json.includes(`"${value}"`))).toHaveLength(1);
  });
});
