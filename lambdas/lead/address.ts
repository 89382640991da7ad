import { emailKeyOf } from '../segment/email.ts';
import type { NormalizedEvent } from './normalizedEvent.ts';
import type { Resolved } from './identity.ts';
import { addressAfter } from './emailRegister.ts';
import type { DigestOf, Fields, Mailbox } from './leadTypes.ts';

/** The field under which a new e-mail of a lead waits for its call. */
const emailField = 'Email';

/**
 * The e-mail is a register too, letter case included: the latest event that names it decides. What a
 * server key has named, no browser key names otherwise, however late either comes.
 */
export const addressed = (
  mailbox: Mailbox,
  normalized: NormalizedEvent,
  resolved: Resolved,
): Mailbox => withEmail(withLookup(mailbox, normalized), normalized, resolved);

/** The value by which Marketo finds the lead, as the latest event that says it. */
const withLookup = (mailbox: Mailbox, { order, keys: { lookup } }: NormalizedEvent): Mailbox =>
  lookup === undefined || order <= (mailbox.lookup?.order ?? '')
    ? mailbox
    : { ...mailbox, lookup: { text: lookup.text, order } };

const withEmail = (
  mailbox: Mailbox,
  { order, keys, by }: NormalizedEvent,
  resolved: Resolved,
): Mailbox => {
  const named = keys.named ?? keys.userIdNamed;
  const { lead, newAliases = [] } = resolved;
  if (named === undefined || !(named.lead === lead || newAliases.includes(named.lead)))
    return mailbox;
  const address = addressAfter(mailbox.address, { text: named.email, order }, by);
  if (address === mailbox.address) return mailbox;
  const isRenamed = emailKeyOf(address.text) !== emailKeyOf(mailbox.address.text);
  return {
    ...mailbox,
    address,
    ...(isRenamed && wasSentOf(mailbox) && { renamed: true as const, ...formerOf(mailbox) }),
  };
};

/** More changes than this while no answer comes are looked up no more. */
const maxFormer = 5;

/** Where no answer has told the id, the e-mails so far are all that may find the lead. */
const formerOf = ({ marketoId, formerEmails = [], address }: Mailbox): Partial<Mailbox> =>
  marketoId === undefined && address.text !== ''
    ? { formerEmails: [...formerEmails, address.text].slice(-maxFormer) }
    : {};

/** Whether Marketo may have the lead. */
const wasSentOf = ({ marketoId, owner, lastOwner }: Mailbox): boolean =>
  marketoId !== undefined || owner !== undefined || lastOwner !== undefined;

/**
 * The fields of a lead that this event may have renamed. Marketo is told its new e-mail also where the
 * event says no field (a track), and where a browser key named another one later than this server key.
 */
export const sendRename = (
  before: Mailbox | undefined,
  { address, renamed }: Mailbox,
  fields: Fields,
  digestOf: DigestOf,
): Fields => {
  const isNews = before?.address.text !== address.text;
  // An event whose e-mail is not the lead's, as of a page after a server, is not to take its place.
  const isWaiting = before?.fields[emailField]?.value === address.text;
  return renamed && (isNews || isWaiting) ? withPendingEmail(fields, address, digestOf) : fields;
};

/** The fields, in which the e-mail waits to be told, unless Marketo has refused it. */
export const withPendingEmail = (
  fields: Fields,
  { text, order }: Mailbox['address'],
  digestOf: DigestOf,
): Fields => {
  const current = fields[emailField];
  if (current?.value === text || current?.aside?.digest === digestOf(text)) return fields;
  const latest = current !== undefined && current.order > order ? current.order : order;
  return { ...fields, [emailField]: { ...current, order: latest, value: text } };
};
