import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../../local/sqs/journal.ts';
import { queueArn, Queues } from '../../../local/sqs/queues.ts';
import { Model, steps } from './model.ts';
import { fifo } from './twin.ts';

let folder: string;
let path: string;
let now: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqs-journal-'));
  path = join(folder, 'queues.jsonl');
  now = 1_000_000;
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Opens the journal as a new process would: what an earlier one left open was killed. */
const open = (): Queues => {
  const journal = openJournal(path, now);
  let ids = 0;
  const newId = (): string => `${now}-${++ids}`;
  const queues = new Queues({ now: () => now, newId, changes: journal.changes });
  queues.restore(journal.stored);
  return queues;
};

const bodies = (queues: Queues, name: string): string[] =>
  queues
    .get(name)
    .receive(10)
    .map(({ body }) => body);

test('queues, their attributes and their messages survive', () => {
  open()
    .create('q', { VisibilityTimeout: '7' })
    .send({ body: 'x', attributes: { n: { type: 'Binary', value: 'AP8=' } }, trace: 't' });
  const queue = open().get('q');
  expect(queue.rules.visibilitySeconds).toBe(7);
  expect(queue.receive(10)).toMatchObject([
    { body: 'x', attributes: { n: { type: 'Binary', value: 'AP8=' } }, trace: 't', receives: 1 },
  ]);
});

test('a message in flight stays hidden until its time, keeps its receive count and its handle', () => {
  const queue = open().create('q');
  queue.send({ body: 'x' });
  queue.send({ body: 'y' });
  const [x, y] = queue.receive(10, 60);
  if (!x || !y) throw new Error('expected two messages');
  now += 59_999;
  const reopened = open().get('q');
  expect(reopened.counts()).toEqual({ visible: 0, delayed: 0, inFlight: 2 });
  expect(reopened.nextDeadline()).toBe(now + 1);
  reopened.delete(y.receiptHandle);
  now += 1;
  expect(open().get('q').receive(10)).toMatchObject([
    { body: 'x', receives: 2, firstReceivedAt: x.firstReceivedAt },
  ]);
});

test('a FIFO group stays blocked, in order, by what was in flight', () => {
  const queue = open().create('q.fifo', fifo);
  for (const body of ['1', '2', '3']) queue.send({ body, group: 'a', deduplication: body });
  const [one, two] = queue.receive(2, 60);
  if (!one || !two) throw new Error('expected two messages');
  queue.changeVisibility(one.receiptHandle, 0);
  expect(bodies(open(), 'q.fifo')).toEqual([]);
  now += 60_000;
  expect(bodies(open(), 'q.fifo')).toEqual(['1', '2', '3']);
});

test('a delayed message appears at its time', () => {
  open().create('q').send({ body: 'x', delaySeconds: 10 });
  now += 9_999;
  expect(bodies(open(), 'q')).toEqual([]);
  now += 1;
  expect(bodies(open(), 'q')).toEqual(['x']);
});

test('deduplication is remembered for its 5 minutes, also of a message that was deleted', () => {
  const queue = open().create('q.fifo', fifo);
  queue.send({ body: 'x', group: 'a', deduplication: 'd' });
  for (const { receiptHandle } of queue.receive(10)) queue.delete(receiptHandle);
  now += 299_999;
  open().get('q.fifo').send({ body: 'again', group: 'a', deduplication: 'd' });
  expect(bodies(open(), 'q.fifo')).toEqual([]);
  now += 1;
  open().get('q.fifo').send({ body: 'new', group: 'a', deduplication: 'd' });
  expect(bodies(open(), 'q.fifo')).toEqual(['new']);
});

test('sequence numbers go on rising, also when every message was deleted', () => {
  const queue = open().create('q.fifo', fifo);
  const { sequence } = queue.send({ body: 'x', group: 'a', deduplication: '1' });
  for (const { receiptHandle } of queue.receive(10)) queue.delete(receiptHandle);
  open();
  const next = open().get('q.fifo').send({ body: 'y', group: 'a', deduplication: '2' });
  expect(next.sequence).toBeGreaterThan(sequence);
});

test('dead letters, changed attributes and purges survive', () => {
  const queues = open();
  queues.create('dead');
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: queueArn('dead'),
    maxReceiveCount: 1,
  });
  const queue = queues.create('q', { RedrivePolicy });
  queue.send({ body: 'bad' });
  queue.receive(1, 0);
  expect(queue.receive(1)).toEqual([]);
  queue.setAttributes({ DelaySeconds: '3' });
  queues.create('purged').send({ body: 'x' });
  queues.get('purged').purge();
  const reopened = open();
  expect(reopened.get('q').rules.delaySeconds).toBe(3);
  expect(reopened.get('q').counts().visible).toBe(0);
  expect(reopened.get('purged').counts().visible).toBe(0);
  expect(reopened.get('dead').receive(1)).toMatchObject([
    { body: 'bad', deadFrom: queueArn('q'), receives: 2 },
  ]);
});

test('a last line that was cut off does not count', () => {
  const queue = open().create('q');
  queue.send({ body: 'whole' });
  queue.send({ body: 'cut é' });
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, bytes.length - 5));
  expect(bodies(open(), 'q')).toEqual(['whole']);
});

test('any other line that cannot be read is an error that names it', () => {
  open().create('q');
  appendFileSync(path, 'nonsense\n{"queue":"q"}\n');
  expect(() => openJournal(path, now)).toThrow(/queues\.jsonl: line 2 /);
});

test('opening makes the journal small again', () => {
  const queue = open().create('q');
  for (let sent = 0; sent < 100; sent += 1) queue.send({ body: 'x'.repeat(100) });
  for (let round = 0; round < 10; round += 1)
    for (const { receiptHandle } of queue.receive(10)) queue.delete(receiptHandle);
  expect(statSync(path).size).toBeGreaterThan(10_000);
  open();
  expect(statSync(path).size).toBeLessThan(1_000);
});

test('lines longer than one read come back whole', () => {
  const body = 'é'.repeat(500_000);
  const queue = open().create('q');
  for (let sent = 0; sent < 3; sent += 1) queue.send({ body });
  expect(bodies(open(), 'q')).toEqual([body, body, body]);
});

/** All that a queue still gives, group by group. */
const drain = (queues: Queues, wait: (until: number) => void): Record<string, string[]> => {
  const given: Record<string, string[]> = {};
  for (const name of ['q.fifo', 'dead.fifo']) {
    const queue = queues.get(name);
    for (;;) {
      const received = queue.receive(10);
      for (const message of received) {
        (given[`${name} ${message.group ?? ''}`] ??= []).push(`${message.id} ${message.receives}`);
        queue.delete(message.receiptHandle);
      }
      if (received.length > 0) continue;
      const next = queue.nextDeadline();
      if (next === undefined) break;
      wait(next);
    }
  }
  return given;
};

test('after any life the journal gives back the queue that wrote it', () => {
  fc.assert(
    fc.property(steps, (life) => {
      rmSync(path, { force: true });
      const model = new Model(openJournal(path, 0).changes);
      for (const step of life) model.take(step);
      now = model.now;
      const copy = open();
      expect(copy.get('q.fifo').counts()).toEqual(model.queues.get('q.fifo').counts());
      const left = drain(copy, (until) => (now = until));
      expect(left).toEqual(drain(model.queues, (until) => (model.now = until)));
    }),
    { numRuns: 50 },
  );
});
