import { beforeEach, describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { DeliveryLine } from '../../lambdas/delivery.ts';
import { emptyKey } from '../../lambdas/lead/keys.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { OwnedVisit } from '../../lambdas/store/leadsTable.ts';
import { createStore, parseKey } from '../../lambdas/store/leadStore.ts';
import { Visits } from '../../lambdas/absorb/visits.ts';
import { ownersOf } from '../../lambdas/absorb/erasedVisits.ts';
import { absorbTiming, leadTiming, indexLimits } from '../../lambdas/limits.ts';
import { normalized, at, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noTicks } from '../twins/ticks.ts';

const jane = leadIdOf('jane@example.com');
const user = keyIdOf('userId', 'u');

const world = () => {
  const { table, rows, dead } = createLeadsTableTwin(indexLimits.shards);
  const clock = { now: () => at(60) };
  const store = createStore({ table, ticks: noTicks, clock, timing: leadTiming, holdMs: 1_000 });
  const lines: DeliveryLine[] = [];
  const sent: string[] = [];
  /** What happens while Munchkin is asked. */
  const meanwhile: { run: () => Promise<unknown> } = { run: () => Promise.resolve() };
  const visits = new Visits({
    table,
    store,
    clock,
    munchkin: {
      visit: async ({ messageId }) => {
        sent.push(messageId);
        await meanwhile.run();
        return { kind: 'refused', because: 'Munchkin refused it' };
      },
    },
    random: () => 0.5,
    logger: {
      call: () => undefined,
      delivery: (line) => lines.push(line),
      warn: () => undefined,
      error: () => undefined,
    },
    visitTimeoutMs: absorbTiming.visitTimeoutMs,
    timing: leadTiming,
  });
  const waiting = () =>
    [...rows].flatMap(([key, { item }]) => (item.entry && parseKey(key).visit) ?? []);
  return { table, dead, store, lines, sent, meanwhile, visits, waiting };
};

let here: ReturnType<typeof world>;
beforeEach(() => {
  here = world();
});

const deleteUser = (): Promise<boolean> =>
  here.store.saveKey(user, {}, { ...emptyKey, deleted: order(10) });
const eraseLead = (): Promise<boolean> =>
  here.store.saveLead(jane, {}, { ...emptyMailbox('', order(0)), deleted: order(10) });

const visitAt = (seconds: number, lead?: typeof jane): OwnedVisit => ({
  messageId: `m${seconds}`,
  token: '_mch-example.com-1374552656411-11111',
  path: '/p',
  at: at(seconds),
  whose: ownersOf(normalized(seconds, { userId: 'u', anonymousId: 'family', visit: true }), lead),
});
/** These visits wait, and their time comes. */
const again = async (...visits: readonly OwnedVisit[]): Promise<void> => {
  for (const visit of visits) await here.store.addVisit({ visit, attempt: 1 }, at(60));
  await here.visits.retry(here.waiting());
};

describe('a visit that waits', () => {
  it.each([
    ['user', deleteUser, undefined],
    ['lead', eraseLead, jane],
  ] as const)('goes nowhere once its %s was deleted', async (_whose, remove, lead) => {
    await remove();
    await again(visitAt(3, lead), visitAt(12, lead));
    expect(here.sent).toEqual(['m12']);
    expect(here.waiting()).toEqual([]);
    expect(here.lines).toContainEqual({
      step: 'superseded',
      messageId: 'm3',
      lead: lead ?? user,
      because: 'the user was deleted',
    });
  });

  it('goes out where only its device was somebody’s who was deleted', async () => {
    const device = keyIdOf('anonymousId', 'family');
    await here.store.saveKey(device, {}, { ...emptyKey, deleted: order(10) });
    await again(visitAt(3, jane));
    expect(here.sent).toEqual(['m3']);
    await again(visitAt(4));
    expect(here.sent).toEqual(['m3']);
  });

  it('is no dead letter where its user is deleted while Munchkin refuses it', async () => {
    here.meanwhile.run = deleteUser;
    await again(visitAt(3));
    expect(here.sent).toEqual(['m3']);
    expect(here.dead.size).toBe(0);
  });

  it('of which nobody knows whose it is goes out', async () => {
    await deleteUser();
    const { messageId, token, path, at: when } = visitAt(3);
    await again({ messageId, token, path, at: when });
    expect(here.sent).toEqual(['m3']);
  });

  it('waits on where nobody can tell whether its user was deleted', async () => {
    const before = { ...here.table };
    here.table.read = (keys) =>
      keys.some((key) => key.startsWith('key#'))
        ? Promise.reject(new Error('the table is down'))
        : before.read(keys);
    await expect(again(visitAt(3), visitAt(12))).rejects.toThrow('the table is down');
    expect(here.sent).toEqual([]);
    expect(here.waiting()).toHaveLength(2);
  });
});
