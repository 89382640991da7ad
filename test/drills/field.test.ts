import { expect, test } from 'vitest';
import { holdPageTo, hour, minute, startDrill } from './support.ts';

test('a field is deleted in Marketo: it alone is rejected, and comes back with it', async () => {
  const drill = await startDrill();
  const { run, identify, marketo, pass, fieldsOf } = drill;
  await identify('jane@example.com', { plan: 'basic' });
  await pass(minute);
  marketo.removeField('Plan');
  await identify('jane@example.com', { plan: 'pro', firstName: 'Jane' });
  await pass(minute);
  await identify('bob@example.com', { plan: 'pro', firstName: 'Bob' });
  await pass(2 * minute);
  expect(fieldsOf('jane@example.com')).toEqual({ FirstName: 'Jane' });
  expect(fieldsOf('bob@example.com')).toEqual({ FirstName: 'Bob' });
  for (const line of ['check', 'lead jane@example.com', 'dead list']) await run(line);

  marketo.addField({ name: 'Plan', dataType: 'string' });
  expect((await run('dead resend --all')).exit).toBe(0);
  await pass(2 * minute);
  expect(fieldsOf('jane@example.com')).toEqual({ FirstName: 'Jane', Plan: 'pro' });
  expect(fieldsOf('bob@example.com')).toEqual({ FirstName: 'Bob' });
  await identify('bob@example.com', { lastName: 'Bridges' });
  await pass(minute);
  expect(fieldsOf('bob@example.com')).toEqual({
    FirstName: 'Bob',
    LastName: 'Bridges',
    Plan: 'pro',
  });
  holdPageTo('A field was deleted in Marketo', [drill]);
}, 120_000);

test('with unknownFields: fail whole updates wait as dead letters until they are resent', async () => {
  const drill = await startDrill({ env: { UNKNOWN_FIELDS: 'fail' } });
  const { run, identify, marketo, pass, fieldsOf } = drill;
  await identify('jane@example.com', { plan: 'basic' });
  await pass(minute);
  marketo.removeField('Plan');
  await identify('jane@example.com', { plan: 'pro', firstName: 'Jane' });
  await identify('bob@example.com', { plan: 'pro', firstName: 'Bob' });
  await pass(3 * minute);
  expect(fieldsOf('bob@example.com')).toBeUndefined();
  marketo.addField({ name: 'Plan', dataType: 'string' });
  expect((await run('dead resend --all')).exit).toBe(0);
  await pass(3 * minute);
  expect(fieldsOf('jane@example.com')).toEqual({ FirstName: 'Jane', Plan: 'pro' });
  expect(fieldsOf('bob@example.com')).toEqual({ FirstName: 'Bob', Plan: 'pro' });
}, 120_000);

test('a field that is made anew takes values again within a day, whoever does nothing', async () => {
  const { identify, marketo, pass, fieldsOf } = await startDrill();
  await identify('jane@example.com', { plan: 'basic' });
  await pass(minute);
  marketo.removeField('Plan');
  await identify('jane@example.com', { plan: 'pro' });
  await pass(minute);
  marketo.addField({ name: 'Plan', dataType: 'string' });
  await pass(24 * hour, 3 * hour);
  await identify('bob@example.com', { plan: 'pro' });
  await pass(2 * minute);
  expect(fieldsOf('bob@example.com')).toEqual({ Plan: 'pro' });
}, 120_000);
