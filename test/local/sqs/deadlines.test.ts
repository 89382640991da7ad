import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines } from '../../../local/sqs/deadlines.ts';
import type { Message } from '../../../local/sqs/message.ts';

const messageOf = (sequence: number, visibleAt: number): Message => ({
  id: String(sequence),
  body: 'x',
  sequence,
  sentAt: 0,
  receives: 0,
  visibleAt,
  state: 'delayed',
});

test('messages come by time and, at one time, as they were sent; those that are gone do not come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ time: fc.nat(5), gone: fc.boolean() }), { maxLength: 200 }),
      (entries) => {
        const deadlines = new Deadlines(({ state }) => state !== 'gone');
        const messages = entries.map(({ time }, index) => messageOf(index, time));
        for (const message of messages.toReversed())
          deadlines.push(message.visibleAt, message, entries.length);
        messages.forEach((message, index) => {
          if (entries[index]?.gone) message.state = 'gone';
        });
        const come: Message[] = [];
        for (let time = 0; time <= 5; time += 1)
          for (let next = deadlines.takeUntil(time); next; next = deadlines.takeUntil(time)) {
            expect(next.visibleAt).toBe(time);
            come.push(next);
          }
        expect(come).toEqual(
          messages
            .filter(({ state }) => state !== 'gone')
            .toSorted((a, b) => a.visibleAt - b.visibleAt || a.sequence - b.sequence),
        );
        expect(deadlines.next()).toBeUndefined();
      },
    ),
  );
});

test('what no longer counts is swept out, however often a message is hidden again', () => {
  const deadlines = new Deadlines(({ visibleAt }, time) => visibleAt === time);
  const message = messageOf(1, 0);
  for (let time = 1; time <= 10_000; time += 1) {
    message.visibleAt = 20_000 - time;
    deadlines.push(message.visibleAt, message, 1);
    expect(deadlines.size).toBeLessThan(70);
  }
  expect(deadlines.next()).toBe(10_000);
});
