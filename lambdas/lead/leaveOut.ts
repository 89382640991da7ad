import type { EpochMs } from '../segment/time.ts';
import { withFailedCookies } from './failUpdate.ts';
import { mapFields } from './registers.ts';
import type { DigestOf, Field, FieldValue, Incoming, Mailbox } from './types.ts';
import { without } from './without.ts';

/** Why a field cannot take a value. */
export interface Objection {
  readonly because: string;
  /** Marketo has no such field at all. */
  readonly isUnknown?: true;
}

/** What is known of the fields that Marketo has. */
export interface KnownFields {
  /** `undefined`: nothing speaks against sending the value. */
  readonly objectionTo: (name: string, value: FieldValue) => Objection | undefined;
  /** When Marketo is asked again. */
  readonly until: EpochMs;
  /** What an unknown field means: itself is left out, or nothing of the update goes. */
  readonly unknownFields: 'skip' | 'fail';
}

/** A field that was left out. */
export interface Left extends Pick<Incoming, 'name' | 'order'>, Objection {}

/**
 * Leaves out pending values that Marketo is known not to take, and takes back those that were left out
 * and that it takes by now. Returns the same mailbox when there are neither. Where unknown fields are
 * to fail an update, they stay, and `failed` names them: such a mailbox must not go out.
 */
export const leaveOut = (
  mailbox: Mailbox,
  { objectionTo, until, unknownFields }: KnownFields,
  digestOf: DigestOf,
): { mailbox: Mailbox; left: readonly Left[]; failed: readonly string[] } => {
  const left: Left[] = [];
  const failed: string[] = [];
  let isChanged = false;
  const fields = mapFields(mailbox.fields, (field, name) => {
    const { value, order } = field;
    if (value === undefined) {
      const back = takenBack(field, name, objectionTo);
      isChanged ||= back !== field;
      return back;
    }
    const objection = objectionTo(name, value);
    if (objection === undefined) return field;
    if (objection.isUnknown && unknownFields === 'fail') {
      failed.push(name);
      return field;
    }
    left.push({ name, order, ...objection });
    const memory = { because: objection.because, digest: digestOf(value), until, value, order };
    return { ...without(field, 'value'), aside: memory };
  });
  isChanged ||= left.length > 0;
  const after = isChanged ? { ...mailbox, fields } : mailbox;
  return { mailbox: failed.length > 0 ? after : withFailedCookies(after), left, failed };
};

const takenBack = (field: Field, name: string, objectionTo: KnownFields['objectionTo']): Field => {
  const { value, order } = field.aside ?? {};
  // A later value that counted as unchanged is what Marketo has, and what it is to keep.
  const isOverruled = order !== field.order;
  return value === undefined || isOverruled || objectionTo(name, value)
    ? field
    : { ...without(field, 'aside'), value };
};
