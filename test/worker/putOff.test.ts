import { expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import type { Mailbox } from '../../lambdas/lead/types.ts';
import type { SharedLine } from '../../lambdas/worker/line.ts';
import { createPutOff } from '../../lambdas/worker/putOff.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { leadTiming as timing } from '../../lambdas/limits.ts';
import { at, noon, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const world = (
  open: Awaited<ReturnType<SharedLine['isOpen']>>,
  joining = (): Promise<void> => Promise.resolve(),
) => {
  const { table, rows } = createLeadsTableTwin(1);
  const clock = { now: () => noon };
  const due = { send: () => Promise.resolve() };
  const store = createStore({ table, due, clock, timing, holdMs: 1 });
  const line = { isOpen: () => Promise.resolve(open), joining } as unknown as SharedLine;
  return { rows, putOff: createPutOff({ store, due, line, clock, timing }) };
};

const candidate = (email: string, more: Partial<Mailbox>) => ({
  lead: leadIdOf(email),
  loaded: {
    state: { fields: {}, cookies: {}, address: { text: email, order: order(0) }, ...more },
  },
});
const news = candidate('news@example.com', { fields: { Plan: { order: order(0), value: 'pro' } } });
const cookie = candidate('cookie@example.com', { cookies: { token: { order: order(0) } } });

const never = (): never => expect.unreachable('no lead fails');

it('while cookies stand in line, new ones join and news asks the budget', async () => {
  const { putOff, rows } = world('to extras');
  expect(await putOff.behindLine([news, cookie], never)).toEqual([news]);
  expect([...rows.keys()]).toEqual([`lead#${cookie.lead}`]);
});

it('while news stands in line, both join, the news before the cookie', async () => {
  const { putOff, rows } = world('to all');
  expect(await putOff.behindLine([cookie, news], never)).toEqual([]);
  const wakeAt = (lead: string): number => rows.get(`lead#${lead}`)?.item.wakeAt ?? 0;
  expect(wakeAt(news.lead)).toBeLessThan(wakeAt(cookie.lead));
});

it('nobody stands in a line that could not be written', async () => {
  const { putOff, rows } = world(false, () => Promise.reject(new Error('no table')));
  await expect(putOff.refused([news], at(86_400), never)).rejects.toThrow('no table');
  expect([...rows.keys()]).toEqual([]);
});
