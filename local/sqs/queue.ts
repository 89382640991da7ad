import type { QueueAttributes, QueueRules } from './attributes.ts';
import type { Changes, StoredQueue } from './changes.ts';
import { contentId, Deduplication, deduplicationKey } from './deduplication.ts';
import { invalidValue, SqsError } from './errors.ts';
import { sqsLimits } from './limits.ts';
import type { Message, Received, Sending, Sent } from './message.ts';
import { delivery, expiredReceipt, findByReceipt, unavailableReceipt } from './receipt.ts';
import { checkSending } from './sending.ts';
import { Stock } from './stock.ts';
import type { QueueCounts } from './stock.ts';

/** What a queue needs from outside. */
export interface Surroundings {
  /** Epoch ms; must never go back. */
  now(): number;
  newId(): string;
  /** What these attributes mean for that queue; throws for what SQS refuses. */
  rulesOf(queue: string, attributes: QueueAttributes): QueueRules;
  queueByArn(arn: string): Queue | undefined;
  readonly changes?: Changes | undefined;
}

const wholeSeconds = (parameter: string, seconds: number): number => {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= sqsLimits.visibilitySeconds)
    return seconds;
  throw invalidValue(
    parameter,
    `must be a whole number of seconds from 0 to ${sqsLimits.visibilitySeconds}.`,
  );
};

/**
 * One queue in memory under the clock of its surroundings. Every operation is synchronous and first
 * lets happen what time brought: delays and visibility timeouts that ended, messages past retention.
 */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  #modifiedAt: number;
  #rules: QueueRules;
  #sequence = 0;
  readonly #stock: Stock;
  readonly #deduplication: Deduplication | undefined;
  readonly #around: Surroundings;

  constructor(name: string, arn: string, rules: QueueRules, around: Surroundings) {
    this.name = name;
    this.arn = arn;
    this.#rules = rules;
    this.#around = around;
    this.createdAt = this.#modifiedAt = around.now();
    this.#stock = new Stock(rules.fifo, ({ id }) => around.changes?.gone(name, id));
    this.#deduplication = rules.fifo ? new Deduplication() : undefined;
  }

  get rules(): QueueRules {
    return this.#rules;
  }

  get modifiedAt(): number {
    return this.#modifiedAt;
  }

  /** Takes a message. Throws `SqsError` for what SQS refuses. A duplicate is accepted and dropped. */
  send(sending: Sending): Sent {
    checkSending(sending, this.#rules);
    const now = this.#settle();
    const { fifo, contentDeduplication, deduplicationPerGroup, delaySeconds } = this.#rules;
    const deduplication =
      sending.deduplication ?? (contentDeduplication ? contentId(sending.body) : undefined);
    const key = deduplicationKey(deduplicationPerGroup, sending.group ?? '', deduplication ?? '');
    const known = this.#deduplication?.find(key, now);
    if (known !== undefined) return { id: known.id, sequence: known.sequence };
    const delay = fifo ? delaySeconds : (sending.delaySeconds ?? delaySeconds);
    const message: Message = {
      id: this.#around.newId(),
      body: sending.body,
      group: sending.group,
      deduplication,
      attributes: sending.attributes,
      trace: sending.trace,
      deadFrom: undefined,
      sequence: ++this.#sequence,
      sentAt: now,
      receives: 0,
      firstReceivedAt: undefined,
      receivedAt: undefined,
      visibleAt: now + delay * 1_000,
      state: delay > 0 ? 'delayed' : 'visible',
    };
    this.#around.changes?.message(this.name, message);
    this.#stock.add(message);
    const entry = this.#deduplication?.remember(key, now, message);
    if (entry !== undefined) this.#around.changes?.remembered(this.name, entry);
    return { id: message.id, sequence: message.sequence };
  }

  /**
   * Up to `most` (1 to 10) deliverable messages, now; none waits. Messages received more often than
   * the redrive policy allows go to its queue instead. Throws `OverLimit` on a standard queue with
   * 120,000 messages in flight; a FIFO queue then returns none.
   */
  receive(max = 1, visibilitySeconds = this.#rules.visibilitySeconds): readonly Received[] {
    if (!Number.isInteger(max) || max < 1 || max > sqsLimits.maxReceive)
      throw invalidValue(
        'MaxNumberOfMessages',
        `must be between 1 and ${sqsLimits.maxReceive}, if provided.`,
      );
    const visible = wholeSeconds('VisibilityTimeout', visibilitySeconds);
    const now = this.#settle();
    const room = sqsLimits.inFlight - this.#stock.inFlight;
    if (room <= 0 && !this.#rules.fifo)
      throw new SqsError(
        'OverLimit',
        `Too many messages in flight; the limit is ${sqsLimits.inFlight}.`,
      );
    const received: Received[] = [];
    this.#stock.take(Math.min(max, room), now + visible * 1_000, (message) => {
      if (this.#bury(message, now)) return false;
      message.receives += 1;
      message.firstReceivedAt ??= now;
      message.receivedAt = now;
      received.push(delivery(this.name, message));
      return true;
    });
    const { changes } = this.#around;
    if (changes !== undefined)
      for (const { id } of received) {
        const message = this.#stock.messages.get(id);
        if (message !== undefined) changes.moved(this.name, message);
      }
    return received;
  }

  /**
   * Deletes by receipt handle. A message that is gone already: no error. A handle that is not the
   * latest: on a standard queue nothing happens; a FIFO queue refuses it, as one that has expired.
   */
  delete(handle: string): void {
    this.#settle();
    const found = findByReceipt(this.name, this.#stock.messages, handle);
    if (found === undefined) return;
    const { message, latest } = found;
    if (this.#rules.fifo && !(latest && message.state === 'inFlight')) throw expiredReceipt();
    if (latest) this.#stock.remove(message);
  }

  /** Hides a message in flight for so many seconds from now on; 0 shows it at once. */
  changeVisibility(handle: string, seconds: number): void {
    const visible = wholeSeconds('VisibilityTimeout', seconds);
    const now = this.#settle();
    const found = findByReceipt(this.name, this.#stock.messages, handle);
    if (found?.latest !== true) throw unavailableReceipt();
    const { message } = found;
    if (message.state !== 'inFlight')
      throw new SqsError('MessageNotInflight', 'The message referred to is not in flight.');
    const until = now + visible * 1_000;
    if (until > (message.receivedAt ?? now) + sqsLimits.visibilitySeconds * 1_000)
      throw invalidValue(
        'VisibilityTimeout',
        `Total VisibilityTimeout for the message is beyond the limit [${sqsLimits.visibilitySeconds} seconds].`,
      );
    if (until !== message.visibleAt) this.#hide(message, until);
  }

  /** Drops every message, those in flight included. What was sent stays remembered. */
  purge(): void {
    this.#stock.clear();
    this.#around.changes?.purged(this.name);
  }

  counts(): QueueCounts {
    this.#settle();
    return this.#stock.counts();
  }

  /** When the next message becomes visible by itself: its delay or visibility timeout ends. */
  nextDeadline(): number | undefined {
    this.#settle();
    return this.#stock.nextDeadline();
  }

  /**
   * Changes attributes. A new delay moves the messages that are still delayed on a FIFO queue, and
   * none on a standard one (Amazon SQS delay queues).
   */
  setAttributes(change: QueueAttributes): void {
    if ('FifoQueue' in change && (change['FifoQueue'] === 'true') !== this.#rules.fifo)
      throw new SqsError('InvalidAttributeName', 'Unknown Attribute FifoQueue.');
    const now = this.#settle();
    this.#rules = this.#around.rulesOf(this.name, { ...this.#rules.shown, ...change });
    this.#modifiedAt = now;
    this.#around.changes?.queue(this.name, this.#rules.shown);
    if (!this.#rules.fifo || !('DelaySeconds' in change)) return;
    for (const message of this.#stock.messages.values())
      if (message.state === 'delayed')
        this.#hide(message, message.sentAt + this.#rules.delaySeconds * 1_000);
  }

  /** Takes back what was written down. Messages in flight stay so until their time comes. */
  restore(stored: StoredQueue): void {
    const now = this.#around.now();
    this.#sequence = stored.sequence;
    for (const entry of stored.remembered) this.#deduplication?.restore(entry);
    for (const message of stored.messages) {
      const unreceived = message.visibleAt > now ? 'delayed' : 'visible';
      const state = message.receivedAt === undefined ? unreceived : 'inFlight';
      this.#stock.add({ ...message, state });
    }
  }

  #hide(message: Message, until: number): void {
    this.#stock.hide(message, until);
    this.#around.changes?.moved(this.name, message);
  }

  #settle(): number {
    const now = this.#around.now();
    this.#stock.settle(now, now - this.#rules.retentionMs);
    return now;
  }

  /** Moves a message that was received too often to the dead-letter queue; false if it stays. */
  #bury(message: Message, now: number): boolean {
    const { redrive, fifo } = this.#rules;
    if (redrive === undefined || message.receives < redrive.maxReceiveCount) return false;
    const target = this.#around.queueByArn(redrive.targetArn);
    if (target === undefined) return false;
    target.#inter(message, this.arn, fifo ? now : message.sentAt);
    this.#stock.forget(message);
    return true;
  }

  /** Takes a message that another queue gave up; its retention counts from `sentAt`. */
  #inter(message: Message, deadFrom: string, sentAt: number): void {
    this.#settle();
    const here = { sequence: ++this.#sequence, visibleAt: sentAt, receivedAt: undefined };
    const dead: Message = { ...message, ...here, deadFrom, sentAt, state: 'visible' };
    this.#around.changes?.message(this.name, dead);
    this.#stock.add(dead);
  }
}
