import { beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../lambdas/delivery.ts';
import { shortHashOf } from '../../lambdas/digest.ts';
import type { HistoryBatch } from '../../lambdas/history/historyPorts.ts';
import { HistoryRecorder } from '../../lambdas/history/recorder.ts';
import type { EventDescription } from '../../lambdas/history/types.ts';
import { historyTiming } from '../../lambdas/limits.ts';
import { userDeleted } from '../../lambdas/lead/erasure.ts';
import { withoutConsent } from '../../lambdas/segment/consent.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

let now = epochMs(1_000);
let batches: HistoryBatch[];
let lines: unknown[];
let lost: number;
let fails: boolean;

const logger: Logger = {
  delivery: (line) => lines.push(line),
  call: (line) => lines.push(line),
  warn: (message) => lines.push(message),
  error: (message) => lines.push(message),
};
const recorderOf = (more: { payloads?: boolean; resets?: boolean } = {}): HistoryRecorder =>
  new HistoryRecorder({
    logger,
    writer: {
      write: (batch) => {
        batches.push(batch);
        return fails ? Promise.reject(new Error('no table')) : Promise.resolve();
      },
    },
    clock: { now: () => now },
    metrics: { count: (_, amount = 1) => (lost += amount) },
    service: 'absorb',
    writeMs: 1_000,
    payloads: false,
    ...more,
  });
beforeEach(() => {
  now = epochMs(1_000);
  batches = [];
  lines = [];
  lost = 0;
  fails = false;
});

const about: EventDescription = {
  messageId: 'm-1',
  type: 'identify',
  receivedAt: now,
  email: 'jane@example.com',
  userId: 'u-1',
  received: '{"traits":{}}',
};
const message = shortHashOf('m-1');

const updatesOf = async (recorder: HistoryRecorder) => {
  await recorder.flush();
  return batches.flatMap(({ updates }) => updates);
};

describe('the recorder of the history', () => {
  it('passes each line on at once, and writes what an invocation said in one batch', async () => {
    const recorder = recorderOf();
    recorder.describe(message, about, 'a-key');
    recorder.logger.delivery({
      step: 'absorbed',
      messages: [message],
      lead: 'a-lead',
      fields: ['Title'],
    });
    recorder.logger.delivery({ step: 'superseded', messages: ['other'], lead: 'a-lead' });
    recorder.logger.warn('something', { code: 7 });
    expect(lines).toHaveLength(3);
    await recorder.flush();
    expect(batches).toHaveLength(1);
    expect(batches[0]?.updates).toMatchObject([
      { message, owner: 'a-lead', outcome: 'waiting', about: { email: 'jane@example.com' } },
      { message: 'other', owner: 'a-lead', outcome: 'superseded' },
    ]);
    expect(batches[0]?.troubles).toMatchObject([{ message: 'something', facts: { code: 7 } }]);
    await recorder.flush();
    expect(batches).toHaveLength(1);
  });

  it('puts a call before what came of it', async () => {
    const recorder = recorderOf();
    const call = {
      call: 'c-1',
      api: 'rest',
      about: 'leads',
      leads: 1,
      requests: 1,
      tookMs: 5,
    } as const;
    recorder.logger.call({ ...call, verdicts: { synced: 1 } });
    recorder.logger.delivery({
      step: 'synced',
      messages: [message],
      lead: 'a-lead',
      call: 'c-1',
      isCreated: true,
    });
    expect(await updatesOf(recorder)).toMatchObject([
      {
        outcome: 'delivered',
        steps: [
          { kind: 'call', call: 'c-1' },
          { kind: 'step', step: 'synced', isCreated: true },
        ],
      },
    ]);
  });

  it('keeps a call that carried no event for what it writes next, and not for long', async () => {
    const recorder = recorderOf();
    const call = {
      api: 'rest',
      about: 'leads',
      leads: 1,
      requests: 1,
      tookMs: 5,
      verdicts: {},
    } as const;
    recorder.logger.call({ ...call, call: 'c-1' });
    await recorder.flush();
    expect(batches).toEqual([]);
    recorder.logger.delivery({ step: 'held', messages: [message], lead: 'a-key' });
    await recorder.flush();
    expect(batches).toMatchObject([{ updates: [{ message }], calls: [{ call: 'c-1' }] }]);
    recorder.logger.call({ ...call, call: 'c-2' });
    await recorder.flush();
    now = epochMs(now + historyTiming.callsWaitMs);
    await recorder.flush();
    expect(batches[1]).toMatchObject({ updates: [], calls: [{ call: 'c-2' }] });
    await recorder.flush();
    expect(batches).toHaveLength(2);
  });

  it('holds that what still waits is no end, and that left out traits are none', async () => {
    const recorder = recorderOf();
    recorder.logger.delivery({
      step: 'dropped',
      messages: [message],
      fields: ['a'],
      because: 'no field',
    });
    recorder.logger.delivery({ step: 'unchanged', messages: [message], lead: 'l', fields: ['b'] });
    recorder.logger.delivery({ step: 'absorbed', messages: [message], lead: 'l', fields: ['c'] });
    expect(await updatesOf(recorder)).toMatchObject([{ outcome: 'waiting' }]);
  });

  it('tells what ingest drops by its messageId, and leaves what is queued to absorb', async () => {
    const recorder = recorderOf();
    recorder.logger.delivery({ step: 'queued', messageId: 'm-1', source: 'shop' });
    recorder.logger.delivery({
      step: 'dropped',
      messageId: 'm-2',
      because: 'no use',
      source: 'shop',
    });
    expect(await updatesOf(recorder)).toMatchObject([
      {
        message: shortHashOf('m-2'),
        messageId: 'm-2',
        outcome: 'dropped',
        reason: 'no use',
        source: 'shop',
      },
    ]);
  });

  it('has bodies only where they are wanted', async () => {
    const [without, withBodies] = [recorderOf(), recorderOf({ payloads: true })];
    for (const recorder of [without, withBodies]) {
      recorder.describe(message, about, 'l');
      recorder.payloads([message], { sent: '{}', answer: '{}' });
      recorder.logger.delivery({ step: 'absorbed', messages: [message] });
    }
    const [update] = await updatesOf(without);
    expect(update?.about).not.toHaveProperty('received');
    expect(update).not.toHaveProperty('payloads');
    expect((await updatesOf(withBodies)).at(-1)).toMatchObject({
      about: { received: '{"traits":{}}' },
      payloads: { sent: '{}' },
    });
  });

  it('keeps nothing personal of an event whose user was deleted, and no body without consent', async () => {
    const recorder = recorderOf({ payloads: true });
    recorder.describe(message, about, 'l');
    recorder.logger.delivery({ step: 'superseded', messages: [message], because: userDeleted });
    recorder.describe('second', { ...about, messageId: 'm-2' }, 'l');
    recorder.logger.delivery({ step: 'dropped', messages: ['second'], because: withoutConsent });
    const [deleted, refused] = await updatesOf(recorder);
    expect(JSON.stringify(deleted)).not.toMatch(/jane|u-1|traits/);
    expect(refused).toMatchObject({
      outcome: 'dropped',
      withdrawn: true,
      about: { email: 'jane@example.com' },
    });
    expect(JSON.stringify(refused)).not.toContain('traits');
  });

  it('loses history where it cannot be written, says so, and nothing else', async () => {
    fails = true;
    const recorder = recorderOf();
    recorder.logger.delivery({ step: 'absorbed', messages: [message, 'other'], lead: 'l' });
    await expect(recorder.flush()).resolves.toBeUndefined();
    expect(lost).toBe(2);
    expect(lines.at(-1)).toContain('the events themselves are safe');
  });
});
