import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import type { DeadView } from '../../operations/views.ts';
import { holdPageTo, hour, minute, startDrill } from './support.ts';

/** After so long a lead that Marketo always fails on is given up: eight tries, with their waits. */
const givenUpAfter = 4 * hour;

test('a stuck lead says why it is stuck, and comes loose', async () => {
  const drill = await startDrill();
  const { run, identify, pass, fieldsOf, local, queueUrls, marketo, clock } = drill;
  marketo.inject({ code: '1022', level: 'record', email: 'jane@example.com', count: 1_000 });
  await identify('jane@example.com', { plan: 'pro' });
  const deadline = clock.now() + givenUpAfter;
  let others = 0;
  let letter: DeadView | undefined;
  while (letter === undefined && clock.now() < deadline) {
    others += 1;
    await identify(`p${others}@example.com`, { plan: 'pro' });
    await pass(3 * minute);
    expect(marketo.leads()).toHaveLength(others);
    await run('lead jane@example.com');
    [letter] = (await local.operations.dead()).dead;
  }
  marketo.clearFaults();
  expect((await run('dead resend <id>', { '<id>': letter?.id ?? '' })).exit).toBe(0);
  await pass(2 * minute);
  expect(fieldsOf('jane@example.com')).toMatchObject({ Plan: 'pro' });

  await identify('ann@example.com', { plan: 'basic' });
  await pass(1_000);
  await identify('ann@example.com', { plan: 'pro' });
  await drill.idle();
  await local.queues.client.send(new PurgeQueueCommand({ QueueUrl: queueUrls.ticks }));
  clock.advance(minute);
  await run('lead ann@example.com');
  expect(fieldsOf('ann@example.com')).toMatchObject({ Plan: 'basic' });
  await pass(3 * minute);
  expect(fieldsOf('ann@example.com')).toMatchObject({ Plan: 'pro' });
  await run('lead ann@example.com');
  holdPageTo('A stuck lead', [drill]);
}, 120_000);
