import { expect, test } from 'vitest';
import { holdPageTo, minute, startDrill } from './support.ts';

test('Marketo’s credentials change: everything waits, and goes out once they are mended', async () => {
  const drill = await startDrill();
  const { run, identify, marketo, pass, fieldsOf } = drill;
  await identify('jane@example.com', { plan: 'basic' });
  await pass(minute);
  expect(fieldsOf('jane@example.com')).toMatchObject({ Plan: 'basic' });

  const { clientId = '' } = marketo.options.rest ?? {};
  marketo.replaceClient({ clientId, clientSecret: 'renewed' });
  await identify('jane@example.com', { plan: 'pro' });
  await identify('bob@example.com', { plan: 'pro' });
  await pass(50 * minute, 5 * minute);
  expect((await run('check')).exit).toBe(1);
  expect((await run('lead jane@example.com')).exit).toBe(0);

  await drill.putMarketoSecret({ restClientSecret: 'renewed' });
  expect((await run('check')).exit).toBe(0);
  await pass(21 * minute);
  expect(fieldsOf('jane@example.com')).toMatchObject({ Plan: 'pro' });
  expect(fieldsOf('bob@example.com')).toMatchObject({ Plan: 'pro' });
  expect(await drill.local.operations.dead()).toEqual({ dead: [] });
  holdPageTo('Marketo’s credentials changed', [drill]);
}, 120_000);
