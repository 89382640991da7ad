import { expect, test } from 'vitest';
import { dayOf } from '../../lambdas/lead/centralTime.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { page } from './page.ts';
import { holdPageTo, hour, minute, startDrill } from './support.ts';

test('the quota is gone: leads wait for midnight without a call, then go together', async () => {
  const drill = await startDrill();
  const { run, identify, marketo, pass, fieldsOf, clock } = drill;
  await identify('jane@example.com', { plan: 'basic' });
  await pass(minute);
  expect(fieldsOf('jane@example.com')).toMatchObject({ Plan: 'basic' });

  marketo.inject({ code: '607', count: 1_000 });
  const before = marketo.calls().length;
  const people = Array.from({ length: 20 }, (_, at) => `p${at}@example.com`);
  for (const email of people) await identify(email, { plan: 'pro' });
  await identify('jane@example.com', { plan: 'pro' });
  await pass(10 * minute);
  expect((await run('check')).exit).toBe(0);
  await run('lead jane@example.com');
  const { resetsAt } = dayOf(epochMs(clock.now()));
  const { used, dailyCalls, closed } = await drill.local.operations.budget();
  expect(used).toBeGreaterThanOrEqual(dailyCalls);
  expect(closed?.until).toBe(resetsAt);

  await pass(resetsAt - clock.now() - minute, hour);
  expect(marketo.calls().length).toBe(before + 1);
  marketo.clearFaults();
  await pass(5 * minute);
  expect(marketo.leads()).toHaveLength(people.length + 1);
  expect(fieldsOf('jane@example.com')).toMatchObject({ Plan: 'pro' });
  expect(await drill.local.operations.dead()).toEqual({ dead: [] });
  holdPageTo('The quota is gone', [drill]);
}, 120_000);

const spread = 'Marketo’s calls are being spread so that the quota lasts';

test('our own share of the quota is spread, so that it lasts until midnight', async () => {
  const most = 10;
  const drill = await startDrill({ env: { MARKETO_DAILY_CALLS: String(most) } });
  const { run, identify, marketo, pass, clock } = drill;
  const { resetsAt } = dayOf(epochMs(clock.now()));
  const people = Array.from({ length: 20 }, (_, at) => `p${at}@example.com`);
  const said: string[] = [];
  for (const email of people) {
    await identify(email, { plan: 'pro' });
    await pass(30 * minute, 10 * minute);
    said.push((await run(`lead ${email}`)).out);
  }
  expect(page).toContain(spread);
  expect(said.filter((one) => one.includes(spread)).length).toBeGreaterThan(0);
  await pass(resetsAt - clock.now() - minute, 10 * minute);
  expect(marketo.calls().length).toBeLessThanOrEqual(most);
  // They went on to the end of the day, many to a call, and not only as long as calls were there.
  const last = marketo.calls().at(-1);
  expect(last?.at).toBeGreaterThan(resetsAt - 6 * hour);
  await pass(30 * minute);
  expect(marketo.leads()).toHaveLength(people.length);
}, 300_000);
