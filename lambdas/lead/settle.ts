import { emailKeyOf } from '../segment/email.ts';
import { epochMs } from '../segment/time.ts';
import { withPendingEmail } from './address.ts';
import { backoffMs } from './backoff.ts';
import type { Snapshot } from './lock.ts';
import { unlock } from './lock.ts';
import { giveUpActivities, settleActivities } from './settleActivities.ts';
import { settleRelations } from './settleRelations.ts';
import { hasLeadAlready } from './leaveOut.ts';
import { cookieAfter, withoutMarketoState, reject, replacedInMarketo } from './sentContent.ts';
import type { Narrowed } from './narrowing.ts';
import { afterRefusal, afterSuccess, hasSuspects } from './narrowing.ts';
import { mapFields } from './registers.ts';
import type { Incoming, Mailbox } from './leadTypes.ts';
import type { LeadVerdict, SettleContext, Settled } from './leadVerdicts.ts';
import { without } from './without.ts';

export type { LeadVerdict, SettleContext, Settled };

/**
 * Writes an answer into the mailbox of a call that still owns the lock; `undefined` when it is owned
 * by another call by now, or by none: then this answer is too late to say anything.
 */
export const settle = (
  mailbox: Mailbox,
  snapshot: Snapshot,
  verdict: LeadVerdict,
  context: SettleContext,
): Settled | undefined => {
  if (mailbox.owner !== snapshot.owner) return undefined;
  const end = { ...endOf(verdict), at: context.now, lockMs: context.timing.lockMs };
  const free = located(unlock(mailbox, end), verdict.foundId);
  switch (verdict.kind) {
    case 'synced':
      return taken(free, snapshot, verdict, { ...context, marketoId: mailbox.marketoId });
    case 'unavailable':
      return { mailbox: free };
    case 'retry':
      return retried(free, snapshot, verdict, context);
    case 'field-refused':
      return fieldsRefused(free, snapshot, verdict, context);
    case 'refused':
      return refused(free, snapshot, verdict, context);
  }
};

/** Whether Marketo worked on the call at all, and whether it certainly does no more. */
const endOf = (verdict: LeadVerdict): { worked: boolean; isOver: boolean } =>
  verdict.kind === 'unavailable'
    ? { worked: verdict.worked, isOver: false }
    : { worked: true, isOver: true };

const taken = (
  mailbox: Mailbox,
  snapshot: Snapshot,
  verdict: Extract<LeadVerdict, { kind: 'synced' }>,
  { marketoId, ...context }: SettleContext & { readonly marketoId: number | undefined },
): Settled => {
  const isAnotherLead =
    marketoId !== undefined &&
    (verdict.isCreated === true || (verdict.marketoId ?? marketoId) !== marketoId);
  // Over SOAP a cookie finds its own lead first. Those of several leads with one e-mail, sent again each
  // time that another one answers, would take turns for ever.
  const reset =
    verdict.isCreated || snapshot.cookie === undefined ? withoutMarketoState : replacedInMarketo;
  const known = isAnotherLead && verdict.foundId === undefined ? reset(mailbox) : mailbox;
  const isNew = verdict.isCreated && (isAnotherLead || verdict.withheld !== undefined);
  const after = settleActivities(
    { ...synced(known, snapshot, verdict, context), ...(isNew && { isNew }) },
    snapshot.activities ?? [],
    verdict.activities,
    context,
  );
  const relations = settleRelations(
    after.mailbox,
    snapshot.relations ?? [],
    verdict.relations,
    context,
  );
  const narrowed = mailbox.narrowing && afterSuccess(mailbox.narrowing, snapshot.fields);
  const dead = narrowed && blame(relations.mailbox, narrowed, context);
  const isReplaced = isAnotherLead || after.isAnotherLead || relations.isAnotherLead;
  return {
    mailbox: relations.mailbox,
    refused: [...after.refused, ...relations.refused],
    ...dead,
    ...(isReplaced && { isAnotherLead: true }),
  };
};

/** The mailbox of a lead that is found by this id from now on. */
const located = (mailbox: Mailbox, foundId: number | undefined): Mailbox => {
  if (foundId === undefined) return mailbox;
  const isAnother = mailbox.marketoId !== undefined && mailbox.marketoId !== foundId;
  const known = isAnother ? withoutMarketoState(mailbox) : without(mailbox, 'formerEmails');
  return { ...known, marketoId: foundId, needsId: true };
};

/** Writes down how narrowing goes on; the one value that is to blame becomes a dead letter. */
const blame = (
  mailbox: Mailbox,
  narrowed: Narrowed,
  context: SettleContext,
): Pick<Settled, 'mailbox' | 'dead'> => {
  if (narrowed.kind === 'narrowed')
    return { mailbox: { ...mailbox, narrowing: narrowed.narrowing } };
  const free = without(mailbox, 'narrowing');
  if (narrowed.kind !== 'blamed') return { mailbox: free };
  const { name, order, because } = narrowed;
  const { value, order: current } = free.fields[name] ?? {};
  // What came since was not refused.
  if (value === undefined || current !== order) return { mailbox: free };
  const sent = [{ name, value, order }];
  const { lead, digestOf } = context;
  const fields = reject(free, { fields: sent }, () => ({ because, digest: digestOf(value) }));
  return { mailbox: { ...free, fields }, dead: { because, lead, fields: sent } };
};

const synced = (
  mailbox: Mailbox,
  snapshot: Snapshot,
  {
    marketoId,
    isCreated,
    withheld = [],
    cookie: sentCookie,
  }: Extract<LeadVerdict, { kind: 'synced' }>,
  { now, digestOf }: SettleContext,
): Mailbox => {
  const kept = snapshot.fields.filter(({ name }) => withheld.includes(name));
  const went = snapshot.fields.filter((field) => !kept.includes(field));
  const sent = new Map(went.map(({ name, order, value }) => [name, { order, value }]));
  // Of a lead that was only just made they go with the next call.
  const known = isCreated ? mailbox.fields : withoutNewOnly(mailbox, kept, digestOf);
  const fields = mapFields(known, (field, name) => {
    const carried = sent.get(name);
    if (carried === undefined) return field;
    const digest = digestOf(carried.value);
    const wasSent =
      field.order === carried.order ||
      (field.value !== undefined && digestOf(field.value) === digest);
    // What came during the call and was left out unsent may yet go out.
    const isNewer = field.aside?.order !== undefined && field.aside.order > carried.order;
    const memory = isNewer ? field : without(field, 'aside');
    const register = { ...memory, digest, sentAt: now };
    return wasSent ? without(register, 'value', 'source') : register;
  });
  const settled = without(afresh(mailbox), 'isNew', 'formerEmails');
  const after = {
    ...settled,
    fields,
    cookies: cookieAfter(mailbox, snapshot, (cookie) => {
      if (sentCookie === 'pending') return cookie;
      return sentCookie
        ? { ...cookie, aside: sentCookie.because }
        : { ...cookie, associated: true };
    }),
    ...(marketoId !== undefined && { marketoId }),
  };
  // Over REST, a call without fields writes no record of a lead that Marketo has.
  const isWritten = snapshot.fields.length > 0 || isCreated === true;
  return isWritten ? afterNaming(after, snapshot.email, digestOf) : after;
};

/**
 * A call tells the e-mail that the lead had at its start: a newer one that came meanwhile is still to be told,
 * and does not find the lead.
 */
const afterNaming = (
  mailbox: Mailbox,
  sentCookie: string,
  digestOf: SettleContext['digestOf'],
): Mailbox => {
  const { address } = mailbox;
  if (address.text === sentCookie) return without(mailbox, 'renamed');
  const isRenamed = mailbox.renamed ?? emailKeyOf(address.text) !== emailKeyOf(sentCookie);
  if (!isRenamed) return mailbox;
  return {
    ...mailbox,
    renamed: true,
    fields: withPendingEmail(mailbox.fields, address, digestOf),
  };
};

/** The fields, of which these are for new leads only, and Marketo has the lead. */
const withoutNewOnly = (
  mailbox: Mailbox,
  kept: readonly Incoming[],
  digestOf: SettleContext['digestOf'],
): Mailbox['fields'] => {
  const { because } = hasLeadAlready;
  const orders = new Map(kept.map(({ name, order }) => [name, order]));
  return mapFields(mailbox.fields, (field, name) => {
    const { value, order } = field;
    if (value === undefined || orders.get(name) !== order) return field;
    const rejection = { because, value, order, digest: digestOf(value), isOptional: true as const };
    return { ...without(field, 'value'), aside: rejection };
  });
};

/** What counts against a lead ends with the first answer that settles something. */
const afresh = (
  mailbox: Mailbox,
): Omit<Mailbox, 'attempts' | 'ownAttempts' | 'callMost' | 'retryAt' | 'refusals'> =>
  without(mailbox, 'attempts', 'ownAttempts', 'callMost', 'retryAt', 'refusals');

const backedOff = (mailbox: Mailbox, { now, random, timing }: SettleContext): Mailbox => {
  const attempts = (mailbox.attempts ?? 0) + 1;
  const wait = backoffMs(attempts - 1, random, {
    firstMs: timing.backoffFirstMs,
    longestMs: timing.backoffLongestMs,
  });
  return { ...mailbox, attempts, retryAt: epochMs(now + wait) };
};

const retried = (
  mailbox: Mailbox,
  snapshot: Snapshot,
  verdict: Extract<LeadVerdict, { kind: 'retry' }>,
  context: SettleContext,
): Settled => {
  const known = verdict.isLeadGone ? withoutMarketoState(mailbox) : mailbox;
  const later = backedOff(known, context);
  const gone = verdict.isLeadGone &&
    mailbox.marketoId !== undefined && { isAnotherLead: true as const };
  if (verdict.attempts === undefined) return { mailbox: later, ...gone };
  // Nobody is given up for the company it was in: a shared call is halved until each is alone.
  if (!verdict.own) return { mailbox: halved(mailbox, context) };
  const ownAttempts = (mailbox.ownAttempts ?? 0) + 1;
  const again = { mailbox: { ...later, ownAttempts }, ...gone };
  if (ownAttempts < verdict.attempts) {
    // What comes twice may have to do with a value; once a value is looked for, each answer counts.
    const isLookedFor = ownAttempts > 1 || mailbox.narrowing !== undefined;
    if (!isLookedFor || verdict.isLeadGone || !hasSuspects(snapshot.fields)) return again;
  }
  const started = without(mailbox, 'ownAttempts');
  return refusedAlone(started, snapshot, { ...verdict, mayPass: true }, context);
};

const halved = (mailbox: Mailbox, { callSize }: SettleContext): Mailbox => ({
  ...mailbox,
  callMost: Math.ceil(callSize / 2),
});

const refused = (
  mailbox: Mailbox,
  snapshot: Snapshot,
  verdict: Extract<LeadVerdict, { kind: 'refused' }>,
  context: SettleContext,
): Settled =>
  verdict.own
    ? refusedAlone(mailbox, snapshot, verdict, context)
    : { mailbox: halved(mailbox, context) };

/** Nothing is given up before it is known which value is refused, or that none is. */
const refusedAlone = (
  mailbox: Mailbox,
  snapshot: Snapshot,
  {
    because,
    isOfLead,
    isBySetting,
    mayPass,
  }: {
    readonly because: string;
    readonly isOfLead?: true;
    readonly isBySetting?: true;
    readonly mayPass?: boolean;
  },
  context: SettleContext,
): Settled => {
  const narrowed = isOfLead
    ? ({ kind: 'lead' } as const)
    : afterRefusal(mailbox.narrowing, snapshot.fields, because, mayPass);
  if (narrowed.kind !== 'lead') return blame(mailbox, narrowed, context);
  const { dead, ...given } = givenUp(mailbox, snapshot, because, context);
  if (!isBySetting || !dead) return { ...given, ...(dead && { dead }) };
  // The cookies of a lead that Marketo has go by themselves.
  const { cookies } = mailbox.marketoId === undefined ? given.mailbox : mailbox;
  return { mailbox: { ...given.mailbox, cookies }, unwanted: dead };
};

/**
 * All that the lead had to say becomes a dead letter; the mailbox goes on with what came since. Of a
 * lead that Marketo has, activities and relations need no record and go on by themselves.
 */
const givenUp = (
  narrowed: Mailbox,
  call: Snapshot,
  because: string,
  context: SettleContext,
): Settled => {
  const { lead, now, digestOf, timing } = context;
  const mailbox = without(narrowed, 'narrowing');
  // What came during the call was not refused with it.
  const relations = mailbox.marketoId === undefined ? (call.unmadeRelations ?? []) : [];
  const snapshot = { ...call, fields: [...call.fields, ...(call.heldBack ?? []), ...relations] };
  const left = giveUpActivities(mailbox, snapshot.activities ?? [], because, context);
  const { activities } = left;
  const { refusals = 0 } = mailbox;
  // The same content would be refused again: it waits, and longer each time.
  const wait = Math.min(timing.refusedLongestMs, timing.refusedFirstMs * 2 ** refusals);
  const until = epochMs(now + wait);
  return {
    mailbox: {
      ...afresh(left.mailbox),
      refusals: refusals + 1,
      fields: reject(mailbox, snapshot, ({ value }) => ({
        because,
        digest: digestOf(value),
        until,
      })),
      cookies: cookieAfter(mailbox, snapshot, (cookie) => ({ ...cookie, aside: because })),
    },
    dead: {
      because,
      lead,
      fields: snapshot.fields,
      ...(activities.length > 0 && { activities }),
    },
  };
};

const fieldsRefused = (
  mailbox: Mailbox,
  snapshot: Snapshot,
  { because, fields, unknown }: Extract<LeadVerdict, { kind: 'field-refused' }>,
  { lead, now, digestOf, timing }: SettleContext,
): Settled => {
  const names = new Set(fields);
  const mine = snapshot.fields.filter(({ name }) => names.has(name));
  if (mine.length === 0) return { mailbox };
  const until = unknown ? { until: epochMs(now + timing.unknownFieldMs) } : {};
  const rejection = reject(mailbox, { ...snapshot, fields: mine }, ({ value }) => ({
    because,
    digest: digestOf(value),
    ...until,
  }));
  return { mailbox: { ...mailbox, fields: rejection }, dead: { because, lead, fields: mine } };
};
