/** Index of the items with `shard` and `wakeAt`: `lib/leadsTable.ts` makes it. */
export const wakeIndex = 'wake';

/** An item on the wire. `state` is JSON text: DynamoDB's numbers and empty names cannot spoil it. */
export interface Item {
  readonly pk: string;
  readonly version: number;
  readonly state: string;
  readonly shard?: string;
  readonly wakeAt?: number;
  /** A dead letter that was emptied for good. */
  readonly sealed?: true;
  /** Seconds, as DynamoDB's TTL wants it. */
  readonly expiresAt?: number;
}
