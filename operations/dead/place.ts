import * as z from 'zod/mini';
import { OperationsError } from '../error.ts';

/** Where a page of the wake index ended: the keys of an item, which name nobody. */
const placeSchema = z.strictObject({ pk: z.string(), shard: z.string(), wakeAt: z.number() });

export type Place = z.infer<typeof placeSchema>;

/** A place as those who page through the dead letters hand it back. */
export const placeText = ({ pk, shard, wakeAt }: Place): string =>
  Buffer.from(JSON.stringify({ pk, shard, wakeAt })).toString('base64url');

/** Throws an `OperationsError` for a text that is none. */
export const placeIn = (text: string): Place => {
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (error) {
    throw new OperationsError(
      'bad-input',
      'after: this is not where a page of dead letters ended; pass on `next` of the page before, or leave it out for the first page',
      { cause: error },
    );
  }
};
