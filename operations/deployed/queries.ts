import { deployedLimits } from '../limits.ts';
import { OperationsError } from '../error.ts';

/*
 * All queries look at `@message`, the line's own text, and at no field that CloudWatch discovers in
 * it. It flattens lists (`messages.0`, `messages.1`) and discovers only so many fields of a line, so
 * that a hash late in a long list, or whatever follows the list, is no field at all. Our lines are
 * JSON without spaces, and a quotation mark inside a text is escaped: `"step":"` stands in no reason.
 */

/** Hashes and ids of calls have no other characters, so nothing can be smuggled into a query. */
const plain = /^[A-Za-z0-9_-]{1,100}$/;

/** Whether it may stand in a query. */
export const isPlain = (value: string): boolean => plain.test(value);

const checked = (value: string): string => {
  if (isPlain(value)) return value;
  throw new OperationsError(
    'bad-input',
    'a hashed id has only letters, digits, - and _: copy it whole, or look by e-mail, userId or messageId',
  );
};

const textOf = (filters: readonly string[], order: 'asc' | 'desc', most: number): string =>
  [
    'fields @message',
    ...filters.map((filter) => `filter @message like ${filter}`),
    `sort @timestamp ${order}`,
    `limit ${most}`,
  ].join('\n| ');

const ofDelivery = `'"message":"delivery"'`;

/**
 * The latest lines of the delivery log in which this hash stands.
 * @throws OperationsError where it is none
 */
export const linesWith = (hash: string, most: number): string =>
  textOf([ofDelivery, `'"${checked(hash)}"'`], 'desc', most);

/** The lines about these calls, `deployedLimits.callsPerSearch` at most. */
export const linesOfCalls = (calls: readonly string[]): string =>
  textOf(
    [`'"message":"call"'`, `/"call":"(${calls.map(checked).join('|')})"/`],
    'asc',
    deployedLimits.searchLines,
  );

/** A short hash with its quotation marks and a comma: the length of a list tells how many there are. */
const hashCharacters = 14;

/**
 * Sums by stretches of `everyMs` from `from`: messages of each step, calls and their requests. Rows
 * have `stretch` (a number from 0), `kind`, `what` (a step), `lines`, `told` and `asked`.
 */
export const sumsBy = (from: number, everyMs: number): string =>
  [
    `filter @message like /"message":"(delivery|call)"/`,
    `parse @message /"message":"(?<kind>delivery|call)"/`,
    `parse @message /"step":"(?<what>[a-z]+)"/`,
    `parse @message /"messages":\\[(?<hashes>[^\\]]*)\\]/`,
    `parse @message /"requests":(?<requested>[0-9]+)/`,
    `fields floor((toMillis(@timestamp) - ${from}) / ${everyMs}) as stretch, floor((strlen(hashes) + 1) / ${hashCharacters}) as listed`,
    'stats count(*) as lines, sum(listed) as told, sum(requested) as asked by stretch, kind, what',
    `limit ${deployedLimits.searchLines}`,
  ].join('\n| ');
