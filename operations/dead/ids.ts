import { OperationsError } from '../error.ts';
import type { StoredDeadLetter } from './deadLetterStore.ts';

/**
 * A dead letter as people name it: `lead:…`, `key:…` and `visit:…` stand in the leads table, `event:…`
 * is a message of the dead-letter queue by its SQS id.
 */
type Named =
  | { readonly kind: 'letter'; readonly id: string }
  | { readonly kind: 'event'; readonly id: string };

const visitPrefix = 'visit-';

/** The public id of a dead letter of the leads table. */
export const idOfLetter = ({ id, letter: deadLetter }: StoredDeadLetter): string => {
  if ('visit' in deadLetter) return `visit:${id.slice(visitPrefix.length)}`;
  return `${deadLetter.lead === undefined ? 'key' : 'lead'}:${id}`;
};

/** The public id of a message of the dead-letter queue. */
export const idOfEvent = (messageId: string): string => `event:${messageId}`;

/** What an id names; throws an `OperationsError` for a text that is none. */
export const namedBy = (text: string): Named => {
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  const id = text.slice(colon + 1);
  if (id !== '' && kind === 'event') return { kind, id };
  if (id !== '' && (kind === 'lead' || kind === 'key')) return { kind: 'letter', id };
  if (id !== '' && kind === 'visit') return { kind: 'letter', id: visitPrefix + id };
  throw new OperationsError(
    'bad-input',
    'ids: one of them names no dead letter; an id begins with lead:, key:, visit: or event:, as the list of dead letters shows it',
  );
};
