import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../local/support.ts';
import { holdPageTo, hour, minute, startDrill } from './support.ts';

test('a day that is sent again, and broken off on the way, changes nothing and costs no call', async () => {
  const stop = new AbortController();
  let isToStop = false;
  const onLine = (line: string): void => {
    if (isToStop && line.includes('"step":"queued"')) stop.abort();
  };
  const drill = await startDrill({ onLine });
  const { run, identify, pass, fieldsOf, marketo, clock, local } = drill;
  // Not an installation's first minute: it is known which fields Marketo has.
  await identify('ann@example.com', { plan: 'basic' });
  await pass(minute);
  const path = join(temporaryFolder(), 'day.jsonl');
  // As an archive has it.
  const timestamp = new Date(clock.now() - hour).toISOString();
  const events = Array.from({ length: 300 }, (_, at) => ({
    type: 'identify',
    userId: `u-${at}`,
    timestamp,
    originalTimestamp: timestamp,
    sentAt: timestamp,
    traits: { email: `p${at}@example.com`, plan: 'basic' },
  }));
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const send = { env: { WRITE_KEY: local.writeKey } };
  expect((await run('send day.jsonl', { 'day.jsonl': path }, send)).exit).toBe(0);
  await pass(5 * minute);
  expect(marketo.leads()).toHaveLength(events.length + 1);
  await identify('p7@example.com', { plan: 'pro' });
  await pass(minute);

  const calls = marketo.calls().length;
  isToStop = true;
  const again = 'send day.jsonl --restart';
  expect((await run(again, { 'day.jsonl': path }, { ...send, stop })).exit).toBe(130);
  expect((await run('send day.jsonl', { 'day.jsonl': path }, send)).exit).toBe(0);
  await pass(5 * minute);
  expect(fieldsOf('p7@example.com')).toMatchObject({ Plan: 'pro' });
  expect(fieldsOf('p8@example.com')).toMatchObject({ Plan: 'basic' });
  expect(marketo.calls()).toHaveLength(calls);
  holdPageTo('A day is sent again', [drill]);
}, 120_000);
