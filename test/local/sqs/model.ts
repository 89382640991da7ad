import fc from 'fast-check';
import type { Changes } from '../../../local/sqs/changes.ts';
import type { Received } from '../../../local/sqs/message.ts';
import { queueArn, Queues } from '../../../local/sqs/queues.ts';

/** One step of a random life of a FIFO queue. `pick` chooses among the deliveries so far. */
export type Step =
  | { readonly do: 'send'; readonly group: string; readonly deduplication: string }
  | { readonly do: 'receive'; readonly most: number; readonly seconds: number }
  | { readonly do: 'delete'; readonly pick: number }
  | { readonly do: 'hide'; readonly pick: number; readonly seconds: number }
  | { readonly do: 'wait'; readonly milliseconds: number };

const seconds = fc.integer({ min: 0, max: 3 });

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
        group: fc.constantFrom('a', 'b', 'c'),
        deduplication: fc.integer({ min: 0, max: 40 }).map(String),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('receive' as const),
        most: fc.integer({ min: 1, max: 10 }),
        seconds,
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), pick: fc.nat(30) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('hide' as const), pick: fc.nat(30), seconds }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('wait' as const), milliseconds: fc.nat(4_000) }),
    },
  ),
  { maxLength: 80, size: 'max' },
);

/** A message as an outside observer knows it. */
interface Known {
  readonly id: string;
  readonly group: string;
  readonly sequence: number;
  receives: number;
  hiddenUntil: number;
  state: 'alive' | 'deleted' | 'dead';
}

export const maxReceiveCount = 4;

/** A FIFO queue with a dead-letter queue, and a plain account of what it must hold. */
export class Model {
  now = 1_000_000;
  readonly known: Known[] = [];
  readonly deliveries: Received[] = [];
  readonly queues: Queues;

  constructor(changes: Partial<Changes> = {}) {
    const ignore = (): void => undefined;
    this.queues = new Queues({
      now: () => this.now,
      changes: {
        queue: ignore,
        moved: ignore,
        gone: ignore,
        remembered: ignore,
        purged: ignore,
        ...changes,
        message: (queue, message) => {
          changes.message?.(queue, message);
          const dead = this.known.find(({ id }) => id === message.id);
          if (dead !== undefined) dead.state = 'dead';
        },
      },
    });
    this.queues.create('dead.fifo', { FifoQueue: 'true' });
    this.queues.create('q.fifo', {
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn('dead.fifo'),
        maxReceiveCount,
      }),
    });
  }

  alive(group?: string): Known[] {
    return this.known.filter(
      (message) => message.state === 'alive' && (group === undefined || message.group === group),
    );
  }

  /** The group's messages that must come next, in order; none while one is in flight. */
  deliverable(group: string): Known[] {
    const alive = this.alive(group);
    return alive.some(({ hiddenUntil }) => hiddenUntil > this.now) ? [] : alive;
  }

  take(step: Step): readonly Received[] {
    const queue = this.queues.get('q.fifo');
    switch (step.do) {
      case 'send': {
        const { group, deduplication } = step;
        const { id, sequence } = queue.send({ body: 'x', group, deduplication });
        if (!this.known.some((message) => message.id === id))
          this.known.push({ id, group, sequence, receives: 0, hiddenUntil: 0, state: 'alive' });
        return [];
      }
      case 'receive':
        return this.#receive(step.most, step.seconds);
      case 'delete':
      case 'hide':
        this.#touch(step);
        return [];
      case 'wait':
        this.now += step.milliseconds;
        return [];
    }
  }

  #receive(most: number, hidden: number): readonly Received[] {
    const received = this.queues.get('q.fifo').receive(most, hidden);
    for (const message of received) {
      this.deliveries.push(message);
      const known = this.known.find(({ id }) => id === message.id);
      if (known === undefined) throw new Error('received what was never sent');
      known.receives += 1;
      known.hiddenUntil = this.now + hidden * 1_000;
    }
    return received;
  }

  #touch(step: Step & { do: 'delete' | 'hide' }): void {
    const delivery = this.deliveries[step.pick % Math.max(1, this.deliveries.length)];
    if (delivery === undefined) return;
    const known = this.known.find(({ id }) => id === delivery.id);
    const queue = this.queues.get('q.fifo');
    try {
      if (step.do === 'delete') queue.delete(delivery.receiptHandle);
      else queue.changeVisibility(delivery.receiptHandle, step.seconds);
    } catch {
      return;
    }
    if (known?.state !== 'alive') return;
    if (step.do === 'delete') known.state = 'deleted';
    else known.hiddenUntil = this.now + step.seconds * 1_000;
  }
}
