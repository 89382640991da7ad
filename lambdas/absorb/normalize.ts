import { keyIdOf, leadIdOf, leadIdOfCompany, leadIdOfLookup } from '../digest.ts';
import type { NormalizedEvent } from '../lead/absorb.ts';
import type { EventKeys, Named } from '../lead/identity.ts';
import type { FieldValue, Incoming, KeyId, LeadId } from '../lead/leadTypes.ts';
import { mayWrite } from '../lead/mayLink.ts';
import { isLeadField } from '../lead/relations.ts';
import { fieldsOf } from '../marketo/eventFields.ts';
import type { FieldRules } from '../marketo/eventFields.ts';
import type { Claim } from '../marketo/fieldsRules.ts';
import { mapperBy } from '../marketo/mapping/compile.ts';
import type { Mapped, MappingRules } from '../marketo/mapping/compile.ts';
import type { AudienceRules } from '../marketo/memberships.ts';
import { membershipsOf } from '../marketo/memberships.ts';
import type { Visit } from '../marketo/marketoTypes.ts';
import { derivedToken } from '../marketo/visitorToken.ts';
import { allowedVisitOf } from '../marketo/visitRules.ts';
import type { VisitRules } from '../marketo/visitRules.ts';
import type { QueuedEvent } from '../segment/event.ts';
import { unknownKind } from '../segment/source.ts';
import { looseKey } from '../segment/looseKey.ts';
import type { Identity } from '../segment/eventIdentity.ts';
import { identityOf } from '../segment/eventIdentity.ts';
import { emailKeyOf } from '../segment/email.ts';

/** An event in the words of the mailboxes and of Munchkin. */
export interface Normalized {
  readonly event: QueuedEvent;
  readonly normalized: NormalizedEvent;
  readonly visit?: Omit<Visit, 'token'>;
  /** What cannot be read, traits that no field takes, attributes that no value fills, and why. */
  readonly leftOut: readonly { readonly trait: string; readonly because: string }[];
  /** Why nothing of this event goes out, or no activity although a visit does. */
  readonly dropped?: string;
  /** What filled each field, and what became of the mapping's rules: for the preview. */
  readonly explained?: { readonly claims: ReadonlyMap<string, Claim>; readonly mapped: Mapped };
}

export interface NormalizeRules extends FieldRules, MappingRules, VisitRules, AudienceRules {
  readonly visitorDomain: string;
  /** The field by which Marketo finds leads; absent: the e-mail. */
  readonly lookupField?: string;
  /** Fields that only server keys may write. */
  readonly serverFields?: readonly string[];
}

const named = (email: string | undefined): Named | undefined =>
  email === undefined ? undefined : { lead: leadIdOf(email), email };

const keysOf = ({ cookie, userId, anonymousId, ...emails }: Identity): EventKeys => {
  const [byTrait, byUserId, byHint] = [emails.email, emails.userIdEmail, emails.hintEmail].map(
    named,
  );
  return {
    ...(cookie !== undefined && { cookie: keyIdOf('cookie', cookie) }),
    ...(userId !== undefined && { userId: keyIdOf('userId', userId) }),
    ...(anonymousId !== undefined && { anonymousId: keyIdOf('anonymousId', anonymousId) }),
    ...(byTrait && { named: byTrait }),
    ...(byUserId && { userIdNamed: byUserId }),
    ...(byHint && { hint: byHint }),
  };
};

/** Whose consent is refused. An event may name two leads: by an e-mail, and by a userId that is one. */
const withdrawalOf = ({ order, source, keys }: QueuedEvent): NormalizedEvent => {
  const { cookie, userId, anonymousId, leads = [] } = keys ?? {};
  const [named, userIdNamed] = leads.map((lead) => ({ lead: lead as LeadId, email: '' }));
  return {
    order,
    by: source?.kind ?? unknownKind,
    keys: {
      ...(cookie !== undefined && { cookie: cookie as KeyId }),
      ...(userId !== undefined && { userId: userId as KeyId }),
      ...(anonymousId !== undefined && { anonymousId: anonymousId as KeyId }),
      ...(named && { named }),
      ...(userIdNamed && { userIdNamed }),
    },
    incoming: [],
    isVisit: false,
    isWithdrawal: true,
    derived: { token: '' },
  };
};

/** The value by which Marketo finds the lead, where the event says it. */
const lookupIn = (
  fields: readonly { readonly name: string; readonly value: FieldValue }[],
  lookupField = 'email',
): EventKeys['lookup'] => {
  if (lookupField === 'email') return undefined;
  const field = fields.find(({ name }) => looseKey(name) === looseKey(lookupField));
  const text = String(field?.value ?? '').trim();
  return text === '' ? undefined : { lead: leadIdOfLookup(text), text };
};

/** The token that stands for a visitor without a cookie; stable for their userId or anonymousId. */
const derivedOf = (
  domain: string,
  identity: Identity,
  keys: EventKeys,
): NormalizedEvent['derived'] => {
  const { userId, anonymousId, email, hintEmail } = identity;
  if (userId !== undefined && keys.userId)
    return { token: derivedToken(domain, 'u', userId), key: keys.userId };
  if (anonymousId !== undefined && keys.anonymousId)
    return { token: derivedToken(domain, 'a', anonymousId), key: keys.anonymousId };
  return { token: derivedToken(domain, 'u', emailKeyOf(email ?? hintEmail ?? '')) };
};

/** Why a browser key's value of a field is dropped. */
const serversOnly = 'only a server key may write this field (setting serverFields)';

const parted = <T>(all: readonly T[], is: (one: T) => boolean): readonly [T[], T[]] => [
  all.filter(is),
  all.filter((one) => !is(one)),
];

/** Memberships by rules of the mapping, and those by audiences that no rule speaks of. */
const relationsOf = (
  { relations, isDropped }: Mapped,
  byAudience: Mapped['relations'],
): Mapped['relations'] => {
  if (isDropped) return [];
  const named = new Set(relations.map(({ name }) => name));
  return [...relations, ...byAudience.filter(({ name }) => !named.has(name))];
};

/** Translates an event. Pure. */
export const normalize = (event: QueuedEvent, rules: NormalizeRules): Normalized => {
  if (event.type === 'withdraw') return { event, leftOut: [], normalized: withdrawalOf(event) };
  const identity = identityOf(event);
  const keys = keysOf(identity);
  const unread = (event.unread ?? []).map(({ field, because }) => ({ trait: field, because }));
  const { relations, isAudience, ...memberships } = membershipsOf(event, rules);
  const mapped = mapperBy(rules)(event);
  const { fields, leftOut, claims } = fieldsOf(memberships.event, rules, mapped);
  const by = event.source?.kind ?? unknownKind;
  const reserved = new Set(rules.serverFields?.map(looseKey));
  const [allowed, refused] = parted(fields, ({ name }) => mayWrite(looseKey(name), by, reserved));
  const lookup = lookupIn(allowed, rules.lookupField);
  const isNoVisit =
    event.type === 'identify' || event.type === 'group' || isAudience || !mapped.visits;
  const visit = isNoVisit ? {} : allowedVisitOf(event, rules);
  const stamped = (one: Omit<Incoming, 'order'>): Incoming => ({
    ...one,
    order: event.order,
    ...(event.source && { source: event.source.name }),
  });
  const { company } = mapped;
  return {
    event,
    leftOut: [
      ...unread,
      ...leftOut,
      ...memberships.leftOut,
      ...mapped.leftOut,
      ...refused.map(({ name }) => ({ trait: name, because: serversOnly })),
    ],
    normalized: {
      order: event.order,
      by,
      keys: { ...keys, ...(lookup && { lookup }) },
      incoming: [
        ...allowed.filter(({ name }) => isLeadField(name)),
        ...relationsOf(mapped, relations),
      ].map(stamped),
      ...(company && {
        company: {
          lead: leadIdOfCompany(company.id),
          id: company.id,
          incoming: company.incoming.map(stamped),
        },
      }),
      ...(mapped.activity && { activity: mapped.activity }),
      isVisit: 'visit' in visit,
      derived: derivedOf(rules.visitorDomain, identity, keys),
      ...(identity.cookie !== undefined && { cookieToken: identity.cookie }),
    },
    explained: { claims, mapped },
    // An audience event has its own way out.
    ...(mapped.dropped !== undefined && !isAudience && { dropped: mapped.dropped }),
    ...visit,
  };
};
