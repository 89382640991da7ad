import { Deque } from './deque.ts';
import type { Message } from './message.ts';
import { sqsLimits } from './limits.ts';
import type { Order } from './order.ts';

interface Group {
  readonly id: string;
  inFlight: number;
  /** Visible again after a receive, by sequence number: always older than those that wait. At most one receive's worth. */
  readonly returned: Message[];
  /** Never received from this queue, as sent; the later ones may still be delayed. */
  readonly waiting: Deque<Message>;
  /** Whether the group stands in the line of ready groups. */
  ready: boolean;
}

/**
 * FIFO queues: order within a group, and no message of a group while another of it is in flight.
 * Ready groups stand in line; one receive takes as many of a group as fit before the next group. The
 * queue looks for groups among its first 120,000 messages, those in flight included: what was sent
 * later is not seen before enough of them are gone.
 */
export class FifoOrder implements Order {
  readonly #groups = new Map<string, Group>();
  readonly #ready = new Deque<Group>();
  readonly #scanned = new Set<Message>();
  /** Behind the first 120,000, as sent. */
  readonly #unseen = new Deque<Message>();

  add(message: Message): void {
    // What is in flight was seen before a restart.
    const isSeen = this.#scanned.size < sqsLimits.fifoScan || message.state === 'inFlight';
    if (isSeen) this.#see(message);
    else this.#unseen.push(message);
  }

  #see(message: Message): void {
    this.#scanned.add(message);
    const group = this.#group(message);
    if (message.state === 'inFlight') group.inFlight += 1;
    else group.waiting.push(message);
    this.#refresh(group);
  }

  appeared(message: Message): void {
    if (this.#scanned.has(message)) this.#refresh(this.#group(message));
  }

  returned(message: Message): void {
    const group = this.#group(message);
    group.inFlight -= 1;
    const later = group.returned.findIndex((other) => other.sequence > message.sequence);
    group.returned.splice(later === -1 ? group.returned.length : later, 0, message);
    this.#refresh(group);
  }

  left(message: Message, inFlight: boolean): void {
    // One that was not seen yet is skipped when its turn comes.
    if (!this.#scanned.delete(message)) return;
    const group = this.#group(message);
    if (inFlight) group.inFlight -= 1;
    this.#refresh(group);
    this.#seeMore();
  }

  #seeMore(): void {
    while (this.#scanned.size < sqsLimits.fifoScan) {
      const next = this.#unseen.shift();
      if (next === undefined) return;
      if (next.state !== 'gone') this.#see(next);
    }
  }

  take(max: number, accept: (message: Message) => boolean): void {
    let taken = 0;
    while (taken < max) {
      const group = this.#ready.shift();
      if (group === undefined) break;
      group.ready = false;
      while (taken < max) {
        const message = this.#head(group);
        if (message?.state !== 'visible') break;
        (group.returned.length > 0 ? group.returned : group.waiting).shift();
        if (!accept(message)) {
          this.#scanned.delete(message);
          continue;
        }
        group.inFlight += 1;
        taken += 1;
      }
      this.#refresh(group);
    }
    this.#seeMore();
  }

  #group(message: Message): Group {
    const id = message.group ?? '';
    const known = this.#groups.get(id);
    if (known !== undefined) return known;
    const group: Group = { id, inFlight: 0, returned: [], waiting: new Deque(), ready: false };
    this.#groups.set(id, group);
    return group;
  }

  #head(group: Group): Message | undefined {
    while (group.returned[0]?.state === 'gone') group.returned.shift();
    if (group.returned[0] !== undefined) return group.returned[0];
    while (group.waiting.peek()?.state === 'gone') group.waiting.shift();
    return group.waiting.peek();
  }

  /** Puts a group in line when its head may be delivered, and forgets it when it is empty. */
  #refresh(group: Group): void {
    if (group.inFlight > 0 || group.ready) return;
    const head = this.#head(group);
    if (head === undefined) {
      this.#groups.delete(group.id);
    } else if (head.state === 'visible') {
      group.ready = true;
      this.#ready.push(group);
    }
  }
}
