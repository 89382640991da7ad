import { Deque } from './deque.ts';
import type { Message } from './message.ts';
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
 * Ready groups stand in line; one receive takes as many of a group as fit before the next group.
 */
export class FifoOrder implements Order {
  readonly #groups = new Map<string, Group>();
  readonly #ready = new Deque<Group>();

  add(message: Message): void {
    const group = this.#group(message);
    if (message.state === 'inFlight') group.inFlight += 1;
    else group.waiting.push(message);
    this.#refresh(group);
  }

  appeared(message: Message): void {
    this.#refresh(this.#group(message));
  }

  returned(message: Message): void {
    const group = this.#group(message);
    group.inFlight -= 1;
    const later = group.returned.findIndex((other) => other.sequence > message.sequence);
    group.returned.splice(later === -1 ? group.returned.length : later, 0, message);
    this.#refresh(group);
  }

  left(message: Message, inFlight: boolean): void {
    const group = this.#group(message);
    if (inFlight) group.inFlight -= 1;
    this.#refresh(group);
  }

  take(most: number, accept: (message: Message) => boolean): void {
    let taken = 0;
    while (taken < most) {
      const group = this.#ready.shift();
      if (group === undefined) return;
      group.ready = false;
      while (taken < most) {
        const message = this.#head(group);
        if (message?.state !== 'visible') break;
        (group.returned.length > 0 ? group.returned : group.waiting).shift();
        if (!accept(message)) continue;
        group.inFlight += 1;
        taken += 1;
      }
      this.#refresh(group);
    }
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
