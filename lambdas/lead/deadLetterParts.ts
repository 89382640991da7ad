import { messageHashOf } from '../segment/order.ts';
import { bytesOf } from './itemSize.ts';
import type { Activity, DeadLetter, Incoming } from './leadTypes.ts';

type Piece = { readonly field: Incoming } | { readonly activity: Activity };

const partOf = (deadLetter: DeadLetter, pieces: readonly Piece[]): DeadLetter => {
  const activities = pieces.flatMap((one) => ('activity' in one ? [one.activity] : []));
  const fields = pieces.flatMap((one) => ('field' in one ? [one.field] : []));
  const { because, lead, key, until } = deadLetter;
  return {
    because,
    ...(lead !== undefined && { lead }),
    ...(key !== undefined && { key }),
    fields,
    ...(activities.length > 0 && { activities }),
    ...(until !== undefined && { until }),
  };
};

/** A dead letter in parts that an item of the table can hold; each piece is far smaller than one. */
export const partsOf = (deadLetter: DeadLetter, itemBytes: number): readonly DeadLetter[] => {
  const pieces: readonly Piece[] = [
    ...deadLetter.fields.map((field) => ({ field })),
    ...(deadLetter.activities ?? []).map((activity) => ({ activity })),
  ];
  const parts: Piece[][] = [[]];
  let bytes = 0;
  for (const piece of pieces) {
    const more = bytesOf(piece);
    if (bytes > 0 && bytes + more > itemBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(piece);
    bytes += more;
  }
  return parts.map((part) => partOf(deadLetter, part));
};

/** The short hashes of the messages that a dead letter ends. */
export const messagesIn = ({ fields, activities = [] }: DeadLetter): readonly string[] => [
  ...new Set([...fields, ...activities].map(({ order }) => messageHashOf(order))),
];
