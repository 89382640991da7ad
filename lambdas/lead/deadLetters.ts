import { bytesOf } from './limits.ts';
import type { DeadLetter, Incoming } from './types.ts';

/** A dead letter in parts that an item of the table can hold; each value is far smaller than one. */
export const partsOf = (letter: DeadLetter, itemBytes: number): readonly DeadLetter[] => {
  const parts: Incoming[][] = [[]];
  let bytes = 0;
  for (const field of letter.fields) {
    const more = bytesOf(field);
    if (bytes > 0 && bytes + more > itemBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(field);
    bytes += more;
  }
  return parts.map((fields) => ({ ...letter, fields }));
};
