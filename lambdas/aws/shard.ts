import { createHash } from 'node:crypto';

/** The partition of the wake index that a key belongs to: 0 to `shards` − 1. */
export const shardOf = (key: string, shards: number): number =>
  (createHash('sha256').update(key).digest()[0] ?? 0) % shards;
