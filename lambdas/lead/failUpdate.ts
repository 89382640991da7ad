import { isCookiePending } from './mailbox.ts';
import { isLeadField, leadFieldsIn, someField } from './relations.ts';
import { isPending, mapFields, valuesOf } from './registers.ts';
import type { Cookie, DeadLetter, Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

/** Why a field that Marketo lacks cannot go. */
export const noSuchField = 'Marketo has no such field';

const failing = 'setting unknownFields: fail';

/** A reason stays short, however many fields Marketo lacks: dead letters and log lines are bounded. */
const maxNamed = 10;

const listOf = (names: readonly string[]): string => {
  const more = names.length - maxNamed;
  return names.slice(0, maxNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
};

const mapCookies = ({ cookies }: Mailbox, change: (cookie: Cookie) => Cookie): Mailbox['cookies'] =>
  Object.fromEntries(Object.entries(cookies).map(([token, cookie]) => [token, change(cookie)]));

/**
 * Gives up all fields that a lead has to say, because Marketo lacks the fields of these names. What comes
 * later may go, the same values in a later event included; its cookies go along with that.
 */
export const failUpdate = (
  mailbox: Mailbox,
  names: readonly string[],
): { mailbox: Mailbox; dead: Pick<DeadLetter, 'because' | 'fields'> } => {
  const because = `${noSuchField}: ${listOf(names)} (${failing})`;
  const fields = mapFields(mailbox.fields, (field, name) =>
    isPending(field) && isLeadField(name)
      ? { ...without(field, 'value'), aside: { because } }
      : field,
  );
  const cookies = mapCookies(mailbox, (cookie) =>
    isCookiePending(cookie) ? { ...cookie, aside: failing } : cookie,
  );
  return {
    mailbox: { ...mailbox, fields, cookies },
    dead: { because, fields: valuesOf(leadFieldsIn(mailbox.fields)) },
  };
};

/** The cookies of an update that failed are pending again with the next one that may go. */
export const withFailedCookies = (mailbox: Mailbox): Mailbox => {
  const isWaiting = Object.values(mailbox.cookies).some(
    ({ aside: rejection }) => rejection === failing,
  );
  if (!isWaiting || !someField(mailbox.fields, isPending)) return mailbox;
  const cookies = mapCookies(mailbox, (cookie) =>
    cookie.aside === failing ? without(cookie, 'aside') : cookie,
  );
  return { ...mailbox, cookies };
};
