import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build } from '../../scripts/build.ts';
import { temporaryFolder } from '../local/support.ts';
import { holdPageTo, minute, noonClock, startDrill } from './support.ts';

/** An absorb function that fails on events whose plan is new. */
const failing = `const parse = JSON.parse;
JSON.parse = (text, ...rest) => {
  if (/^\\{.*"plan":"new"/.test(text)) throw new Error('this version cannot');
  return parse(text, ...rest);
};
`;

test('a poisoned event delays nobody but its user, and is sent again once that is mended', async () => {
  const folder = temporaryFolder();
  const [good, bad] = [join(folder, 'good'), join(folder, 'bad')];
  await build(good);
  cpSync(good, bad, { recursive: true });
  const absorb = join(bad, 'absorb/index.cjs');
  writeFileSync(absorb, failing + readFileSync(absorb, 'utf8'));
  const dataDir = join(folder, 'data');
  const clock = noonClock();
  const broken = await startDrill({ bundles: bad, dataDir, clock });
  const { run, identify, pass, fieldsOf, local, logged, queueUrls, eventually, gauges } = broken;
  const stranger = { MessageGroupId: 'stranger', MessageDeduplicationId: 'stranger' };
  await local.queues.client.send(
    new SendMessageCommand({ QueueUrl: queueUrls.events, MessageBody: 'hello', ...stranger }),
  );
  await identify('jane@example.com', { plan: 'new' }, { messageId: 'm-jane' });
  await identify('bob@example.com', { plan: 'basic' });
  await pass(minute, minute, 2);
  expect(fieldsOf('bob@example.com')).toMatchObject({ Plan: 'basic' });
  await identify('jane@example.com', { plan: 'basic' });
  await run('event m-jane');

  const isDead = async (): Promise<boolean> => (await gauges()).deadEvents.waiting === 2;
  const tries = (): number => logged.filter((line) => line.includes('no event of ours')).length;
  while (!(await isDead())) {
    const before = tries();
    clock.advance(3 * minute);
    await eventually(async () => {
      if (!(await isDead())) expect(tries()).toBeGreaterThan(before);
    });
  }
  await pass(minute);
  expect(fieldsOf('jane@example.com')).toMatchObject({ Plan: 'basic' });
  await run('dead list');
  await run('event m-jane');
  await local.close();

  const mended = await startDrill({ bundles: good, dataDir, clock });
  const { dead } = await mended.local.operations.dead();
  const idOf = (isOurs: boolean): string =>
    dead.find(({ messages }) => messages.length > 0 === isOurs)?.id ?? '';
  expect((await mended.run('dead resend <id>', { '<id>': idOf(true) })).exit).toBe(0);
  expect((await mended.run('dead drop <other> --yes', { '<other>': idOf(false) })).exit).toBe(0);
  await mended.pass(2 * minute);
  await mended.run('event m-jane');
  expect(await mended.local.operations.dead()).toEqual({ dead: [] });
  expect(mended.fieldsOf('jane@example.com')).toMatchObject({ Plan: 'basic' });
  holdPageTo('A poisoned event', [broken, mended], ['EventsDead', 'EventsOldest']);
}, 120_000);
