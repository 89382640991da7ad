import type { EpochMs } from '../segment/time.ts';
import { mapFields } from './registers.ts';
import type { DigestOf, Field, Mailbox } from './types.ts';
import { without } from './without.ts';

/** What is known of the fields that Marketo has. */
export interface KnownFields {
  readonly isUnknown: (name: string) => boolean;
  /** When Marketo is asked again. */
  readonly until: EpochMs;
}

/** Why a field is left out. */
export const noSuchField = 'Marketo has no such field';

/**
 * Leaves out pending fields that this instance of Marketo is known not to have, and takes back those
 * that were left out and that it has by now. Returns the same mailbox when there are neither.
 */
export const leaveOut = (
  mailbox: Mailbox,
  { isUnknown, until }: KnownFields,
  digestOf: DigestOf,
): { mailbox: Mailbox; left: readonly { name: string; order: Field['order'] }[] } => {
  const left: { name: string; order: Field['order'] }[] = [];
  let isChanged = false;
  const fields = mapFields(mailbox.fields, (field, name) => {
    const { value, aside } = field;
    if (value !== undefined && isUnknown(name)) {
      left.push({ name, order: field.order });
      const because = noSuchField;
      const memory = { because, digest: digestOf(value), until, value };
      return { ...without(field, 'value'), aside: memory };
    }
    if (value !== undefined || aside?.value === undefined || isUnknown(name)) return field;
    isChanged = true;
    return { ...without(field, 'aside'), value: aside.value };
  });
  isChanged ||= left.length > 0;
  return { mailbox: isChanged ? { ...mailbox, fields } : mailbox, left };
};
