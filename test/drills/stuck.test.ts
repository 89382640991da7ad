import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { holdPageTo, minute, startDrill } from './support.ts';

test('a stuck lead says why it is stuck, and comes loose', async () => {
  const drill = await startDrill();
  const { run, identify, pass, fieldsOf, local, queueUrls, marketo, clock } = drill;
  marketo.inject({ code: '1003', level: 'record', target: 'leads', count: 1 });
  await identify('jane@example.com', { plan: 'pro' });
  await pass(minute);
  await run('lead jane@example.com');
  const [letter] = (await local.operations.dead()).dead;
  expect((await run('dead resend <id>', { '<id>': letter?.id ?? '' })).exit).toBe(0);
  await pass(2 * minute);
  expect(fieldsOf('jane@example.com')).toMatchObject({ Plan: 'pro' });

  await identify('ann@example.com', { plan: 'basic' });
  await pass(1_000);
  await identify('ann@example.com', { plan: 'pro' });
  await drill.idle();
  await local.queues.client.send(new PurgeQueueCommand({ QueueUrl: queueUrls.due }));
  clock.advance(minute);
  await run('lead ann@example.com');
  expect(fieldsOf('ann@example.com')).toMatchObject({ Plan: 'basic' });
  await pass(3 * minute);
  expect(fieldsOf('ann@example.com')).toMatchObject({ Plan: 'pro' });
  await run('lead ann@example.com');
  holdPageTo('A stuck lead', [drill]);
}, 120_000);
