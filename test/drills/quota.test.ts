import { expect, test } from 'vitest';
import { dayOf } from '../../lambdas/lead/centralTime.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
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
  await run('check');
  await run('lead jane@example.com');

  const { resetsAt } = dayOf(epochMs(clock.now()));
  await pass(resetsAt - clock.now() - minute, hour);
  expect(marketo.calls().length).toBe(before + 1);
  marketo.clearFaults();
  await pass(5 * minute);
  expect(marketo.leads()).toHaveLength(people.length + 1);
  expect(fieldsOf('jane@example.com')).toMatchObject({ Plan: 'pro' });
  expect(await drill.local.operations.dead()).toEqual({ dead: [] });
  holdPageTo('The quota is gone', [drill]);
}, 120_000);
