import type { EpochMs } from '../segment/time.ts';
import { withFailedCookies } from './failUpdate.ts';
import { isLeadField, partitionRegister } from './relations.ts';
import { mapFields } from './registers.ts';
import { renameFields } from './renameFields.ts';
import type { Rejection, DigestOf, Field, FieldValue, Incoming, Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

/** Why a field cannot take a value. */
export interface Objection {
  readonly because: string;
  /** Marketo has no such field at all. */
  readonly isUnknown?: true;
  /** Marketo has not said yet which fields it has: the value waits. */
  readonly isNotYet?: true;
  /** Nobody asked for the field, so nobody is told, and no update fails, when it is missing. */
  readonly isOptional?: true;
  /** The field is for new leads only, and Marketo has the lead. */
  readonly isForNew?: true;
}

/** Why a value for new leads goes nowhere. */
export const hasLeadAlready: Objection = {
  because: 'Marketo has the lead already, and the field’s policy is create',
  isOptional: true,
  isForNew: true,
};

/** A partition is where Marketo makes a lead: one that it has stays where it is. */
const hasPlaceAlready: Objection = {
  because: 'Marketo has the lead already, and a partition is for new leads',
  isOptional: true,
  isForNew: true,
};

/** What is known of the fields that Marketo has. */
export interface KnownFields {
  /** `undefined`: nothing speaks against sending the value. */
  readonly objectionTo: (name: string, value: FieldValue) => Objection | undefined;
  /** Whether the field is for new leads only; absent: none is. */
  readonly isNewOnly?: (name: string) => boolean;
  /** The field that Marketo means by a name; the name itself where it knows none. */
  readonly fieldNamed: (name: string) => string;
  /** When Marketo is asked again; lies ahead. */
  readonly until: EpochMs;
  /** What an unknown field means: itself is left out, or nothing of the update goes. */
  readonly unknownFields: 'skip' | 'fail';
}

/** A field that was left out; `until`: it waits, and is looked at again then. */
interface Left extends Pick<Incoming, 'name' | 'order' | 'source'>, Objection {
  readonly until?: EpochMs;
}

export interface LeftOut {
  readonly mailbox: Mailbox;
  readonly left: readonly Left[];
  /** Names of fields for whose sake the update must not go out. */
  readonly failed: readonly string[];
  /** Values under another spelling of a field that has a later one. */
  readonly superseded: readonly Incoming[];
}

/**
 * Brings values to the fields that Marketo means, leaves out pending ones that it is known not to
 * take, and takes back those that were left out and that it takes by now. Returns the same mailbox
 * when there is nothing to do. Where unknown fields are to fail an update, they stay, and `failed`
 * names them: such a mailbox must not go out; while Marketo's fields are not known, it waits.
 */
export const leaveOut = (
  mailbox: Mailbox,
  { objectionTo: objectionOfField, isNewOnly, fieldNamed, until, unknownFields }: KnownFields,
  digestOf: DigestOf,
): LeftOut => {
  const hasLead = mailbox.marketoId !== undefined && !mailbox.isNew;
  const objectionTo: KnownFields['objectionTo'] = (name, value) => {
    // Marketo does not describe it: it is no field.
    if (name === partitionRegister) return hasLead ? hasPlaceAlready : undefined;
    return hasLead && isNewOnly?.(name) ? hasLeadAlready : objectionOfField(name, value);
  };
  const left: Left[] = [];
  const failed: string[] = [];
  const renamed = renameFields(mailbox.fields, fieldNamed);
  let isChanged = renamed.fields !== mailbox.fields;
  const heldUp: string[] = [];
  const fields = mapFields(renamed.fields, (field, name) => {
    if (!isLeadField(name)) return field;
    const candidate = takenBack(field, name, objectionTo);
    const { value, order, source } = candidate;
    isChanged ||= candidate !== field;
    if (value === undefined) return candidate;
    const objection = objectionTo(name, value);
    if (objection === undefined) return candidate;
    if (unknownFields === 'fail' && !objection.isOptional) {
      if (objection.isNotYet) heldUp.push(name);
      if (objection.isUnknown) failed.push(name);
      if (objection.isNotYet || objection.isUnknown) return candidate;
    }
    const { because, isNotYet, isOptional } = objection;
    const isNews = field.value !== undefined || !isNotYet;
    const by = source === undefined ? {} : { source };
    if (isNews) left.push({ name, order, ...by, ...objection, ...(isNotYet && { until }) });
    isChanged = true;
    const memory: Rejection = {
      because,
      until,
      value,
      order,
      ...(isNotYet ? { isWaiting: true } : { digest: digestOf(value) }),
      ...(isOptional && { isOptional }),
    };
    return { ...without(candidate, 'value'), aside: memory };
  });
  const named = isChanged ? { ...mailbox, fields } : mailbox;
  const isHeldUp = heldUp.length > 0;
  const after = isHeldUp ? { ...named, retryAt: until } : named;
  return {
    mailbox: failed.length > 0 || isHeldUp ? after : withFailedCookies(after),
    left,
    failed: isHeldUp ? [] : failed,
    superseded: renamed.superseded,
  };
};

/** What was left out, where Marketo takes it by now or it only waited to be looked at again. */
const takenBack = (field: Field, name: string, objectionTo: KnownFields['objectionTo']): Field => {
  const { value, order, isWaiting } = field.aside ?? {};
  // A later value that counted as unchanged is what Marketo has, and what it is to keep.
  const isOverruled = order !== field.order;
  if (field.value !== undefined || value === undefined || isOverruled) return field;
  return isWaiting || objectionTo(name, value) === undefined
    ? { ...without(field, 'aside'), value }
    : field;
};
