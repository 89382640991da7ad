import type { IndexedEntry, Stored } from '../lambdas/store/leadsTable.ts';

const kib = 1_024;
/** Names of the attributes, and the bytes of two or three numbers (DynamoDB's rules of item sizes). */
const frameBytes = 60;
/** An item of the index of what is due: its three keys (KEYS_ONLY). */
const indexItemBytes = 100;

/** What an item of the leads table weighs in DynamoDB. */
export const itemBytes = (key: string, { state }: Pick<Stored, 'version' | 'state'>): number =>
  frameBytes + Buffer.byteLength(key) + Buffer.byteLength(JSON.stringify(state));

/** A strongly consistent read: one unit for each 4 KB begun, and one where there is no item. */
export const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / (4 * kib)));

/** A write: one unit for each KB begun. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / kib));

/** What a write costs in the index: nothing, an entry put or deleted, or one moved, which is both. */
export const indexWriteUnits = (
  before: IndexedEntry | undefined,
  after: IndexedEntry | undefined,
): number => {
  if (before?.nextAt === after?.nextAt && before?.lane === after?.lane) return 0;
  return before === undefined || after === undefined ? 1 : 2;
};

/** An eventually consistent query: half a unit for each 4 KB begun. */
export const pageReadUnits = (items: number): number =>
  Math.max(1, Math.ceil((items * indexItemBytes) / (4 * kib))) / 2;
