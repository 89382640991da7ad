import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Queues } from '../../../local/sqs/queues.ts';
import { maxReceiveCount, Model, steps } from './model.ts';
import type { Step } from './model.ts';

const groups = ['a', 'b', 'c'];

const countOf = (queues: Queues, name: string): number => {
  const { visible, delayed, inFlight } = queues.get(name).counts();
  return visible + delayed + inFlight;
};

/** What each group has to give; messages received too often go to the dead-letter queue instead. */
const expected = (model: Model): Map<string, string[]> =>
  new Map(
    groups.map((group) => [
      group,
      model
        .deliverable(group)
        .filter(({ receives }) => receives < maxReceiveCount)
        .map(({ id }) => id),
    ]),
  );

const checkReceive = (model: Model, step: Step & { do: 'receive' }): void => {
  const could = expected(model);
  const received = model.take(step);
  expect(received.length).toBeLessThanOrEqual(step.most);
  let cut = 0;
  for (const group of groups) {
    const got = received.filter((message) => message.group === group).map(({ id }) => id);
    const had = could.get(group) ?? [];
    expect(got).toEqual(had.slice(0, got.length));
    if (got.length < had.length) cut += got.length > 0 ? 1 : 0;
    if (received.length < step.most) expect(got).toEqual(had);
  }
  // As many of one group as fit, before the next: only the last group is taken in part.
  expect(cut).toBeLessThanOrEqual(1);
};

test('groups keep their order, one delivery of a group at a time, and a receive leaves nothing behind', () => {
  fc.assert(
    fc.property(steps, (life) => {
      const model = new Model();
      for (const step of life) {
        if (step.do === 'receive') checkReceive(model, step);
        else model.take(step);
      }
    }),
  );
});

test('nothing is lost: what was sent is visible, in flight, deleted or dead', () => {
  fc.assert(
    fc.property(steps, (life) => {
      const model = new Model();
      for (const step of life) {
        model.take(step);
        const deleted = model.known.filter(({ state }) => state === 'deleted').length;
        const held = countOf(model.queues, 'q.fifo') + countOf(model.queues, 'dead.fifo');
        expect(held + deleted).toBe(model.known.length);
      }
    }),
  );
});

test('the counts in flight are those that an observer expects', () => {
  fc.assert(
    fc.property(steps, (life) => {
      const model = new Model();
      for (const step of life) {
        model.take(step);
        const { inFlight } = model.queues.get('q.fifo').counts();
        const hidden = model.alive().filter(({ hiddenUntil }) => hiddenUntil > model.now);
        expect(inFlight).toBe(hidden.length);
        const next =
          hidden.length === 0 ? undefined : Math.min(...hidden.map((m) => m.hiddenUntil));
        expect(model.queues.nextDeadline()).toBe(next);
      }
    }),
  );
});

test('the same steps give the same world, ids and receipt handles included', () => {
  fc.assert(
    fc.property(steps, (life) => {
      const run = (): unknown => {
        const model = new Model();
        for (const step of life) model.take(step);
        return model.deliveries;
      };
      expect(run()).toEqual(run());
    }),
  );
});

test('jumping from deadline to deadline delivers every delayed message exactly once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 50 }), (delays) => {
      let now = 0;
      const queue = new Queues({ now: () => now }).create('due');
      for (const delaySeconds of delays) queue.send({ body: String(delaySeconds), delaySeconds });
      const seen: number[] = [];
      for (let next: number | undefined = 0; next !== undefined; next = queue.nextDeadline()) {
        now = next;
        for (let got = queue.receive(10); got.length > 0; got = queue.receive(10))
          for (const { body, receiptHandle } of got) {
            expect(Number(body) * 1_000).toBe(body === '0' ? 0 : now);
            seen.push(Number(body));
            queue.delete(receiptHandle);
          }
      }
      expect(seen).toEqual(delays.toSorted((one, other) => one - other));
    }),
  );
});
