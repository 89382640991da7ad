import { expect, test } from 'vitest';
import { holdPageTo, hour, minute, startDrill } from './support.ts';

test('a field is deleted in Marketo: it alone is put aside, and comes back with it', async () => {
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
  await pass(24 * hour, hour);
  await identify('bob@example.com', { firstName: 'Bob' });
  await pass(minute);
  expect(fieldsOf('bob@example.com')).toEqual({ FirstName: 'Bob', Plan: 'pro' });
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
