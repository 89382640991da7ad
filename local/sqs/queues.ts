import { parseAttributes } from './attributes.ts';
import type { QueueAttributes, QueueRules } from './attributes.ts';
import type { Changes, StoredQueue } from './changes.ts';
import { invalidValue, SqsError } from './errors.ts';
import { Queue } from './queue.ts';
import type { Surroundings } from './queue.ts';

/** The one account of the twin. */
export const sqsAccount = '000000000000';
const sqsRegion = 'us-east-1';

export const queueArn = (name: string): string => `arn:aws:sqs:${sqsRegion}:${sqsAccount}:${name}`;

interface QueuesOptions {
  /** Epoch ms; must never go back. */
  readonly now: () => number;
  /** Message ids without a colon. Default: counted, so that a run can be repeated. */
  readonly newId?: (() => string) | undefined;
  readonly changes?: Changes | undefined;
}

const countedIds = (): (() => string) => {
  let last = 0;
  return () => `message-${++last}`;
};

/**
 * All queues of one account, in memory: SQS without a network, fully synchronous. Left out, as nothing
 * here uses it: `ReceiveRequestAttemptId` (ignored), policies and encryption (shown, no effect), and
 * that a FIFO queue looks for groups in its first 120,000 messages only.
 */
export class Queues {
  readonly #byName = new Map<string, Queue>();
  readonly #around: Surroundings;

  constructor({ now, newId = countedIds(), changes }: QueuesOptions) {
    this.#around = {
      now,
      newId,
      changes,
      queueByArn: (arn) => this.#find(arn),
      rulesOf: (queue, attributes) => this.#rulesOf(queue, attributes),
    };
  }

  /**
   * Creates a queue. One that exists is returned when every attribute given is as it has them, and
   * is an error (`QueueNameExists`) otherwise. A dead-letter queue must exist before its source.
   */
  create(name: string, attributes: QueueAttributes = {}): Queue {
    const existing = this.#byName.get(name);
    if (existing !== undefined) {
      const wanted = parseAttributes(name, { ...existing.rules.shown, ...attributes }).shown;
      const different = Object.keys(wanted).find(
        (attribute) => wanted[attribute] !== existing.rules.shown[attribute],
      );
      if (different === undefined) return existing;
      throw new SqsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${different}.`,
      );
    }
    const rules = this.#rulesOf(name, attributes);
    this.#around.changes?.queue(name, rules.shown);
    return this.#open(name, rules);
  }

  /** Throws `QueueDoesNotExist`. */
  get(name: string): Queue {
    const queue = this.#byName.get(name);
    if (queue !== undefined) return queue;
    throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** All queues, oldest first. */
  all(): IterableIterator<Queue> {
    return this.#byName.values();
  }

  /** When the next message of any queue becomes visible by itself. */
  nextDeadline(): number | undefined {
    let next: number | undefined;
    for (const queue of this.#byName.values()) {
      const deadline = queue.nextDeadline();
      if (deadline !== undefined && (next === undefined || deadline < next)) next = deadline;
    }
    return next;
  }

  /** Takes back queues that were written down. */
  restore(stored: readonly StoredQueue[]): void {
    for (const queue of stored)
      this.#open(queue.name, parseAttributes(queue.name, queue.attributes)).restore(queue);
  }

  #open(name: string, rules: QueueRules): Queue {
    const queue = new Queue(name, queueArn(name), rules, this.#around);
    this.#byName.set(name, queue);
    return queue;
  }

  #find(arn: string): Queue | undefined {
    const queue = this.#byName.get(arn.slice(arn.lastIndexOf(':') + 1));
    return queue?.arn === arn ? queue : undefined;
  }

  #rulesOf(name: string, attributes: QueueAttributes): QueueRules {
    const rules = parseAttributes(name, attributes);
    if (rules.redrive === undefined) return rules;
    const target = this.#find(rules.redrive.targetArn);
    if (target === undefined)
      throw invalidValue('RedrivePolicy', 'Dead letter target does not exist.');
    if (target.name === name)
      throw invalidValue('RedrivePolicy', 'a queue cannot be its own dead-letter queue.');
    if (target.rules.fifo !== rules.fifo)
      throw invalidValue(
        'RedrivePolicy',
        'Dead-letter queue must be same type of queue as the source.',
      );
    return rules;
  }
}
