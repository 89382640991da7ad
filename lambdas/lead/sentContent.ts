import type { Snapshot } from './lock.ts';
import { mapFields } from './registers.ts';
import type { Rejection, Cookie, Field, Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

/** The cookies, of which that one changes that a call carried. */
export const cookieAfter = (
  { cookies }: Mailbox,
  { cookie: token }: Snapshot,
  change: (cookie: Cookie) => Cookie,
): Mailbox['cookies'] => {
  const cookie = token === undefined ? undefined : cookies[token];
  return token === undefined || cookie === undefined
    ? cookies
    : { ...cookies, [token]: change(cookie) };
};

/** The snapshot's fields, where nothing newer came, stop being pending and say why. */
export const reject = (
  mailbox: Mailbox,
  { fields }: Pick<Snapshot, 'fields'>,
  rejectionOf: (field: { readonly value: NonNullable<Field['value']> | null }) => Rejection,
): Mailbox['fields'] => {
  const given = new Map(fields.map((field) => [field.name, field]));
  return mapFields(mailbox.fields, (field, name) => {
    const sent = given.get(name);
    if (sent?.order !== field.order) return field;
    return { ...without(field, 'value'), aside: rejectionOf(sent) };
  });
};

/** The mailbox of a lead that is another one in Marketo by now, and whose cookies stay where they are. */
export const replacedInMarketo = (mailbox: Mailbox): Mailbox => ({
  ...without(mailbox, 'marketoId', 'renamed', 'needsId', 'formerEmails'),
  fields: mapFields(mailbox.fields, (field) => without(field, 'digest', 'sentAt')),
});

/**
 * The mailbox of a lead that Marketo does not have any more. Cookies from before a refusal of consent are not
 * associated anew.
 */
export const withoutMarketoState = (mailbox: Mailbox): Mailbox => ({
  ...replacedInMarketo(mailbox),
  cookies: Object.fromEntries(
    Object.entries(mailbox.cookies)
      .filter(([, { order }]) => order >= (mailbox.withdrawn ?? ''))
      .map(([token, cookie]) => [token, without(cookie, 'associated')]),
  ),
});
