import { epochMs } from '../segment/time.ts';
import { backoffMs } from './backoff.ts';
import type { Snapshot } from './lock.ts';
import { unlock } from './lock.ts';
import { giveUpActivities, settleActivities } from './settleActivities.ts';
import { cookieAfter, putAside } from './carried.ts';
import { mapFields } from './registers.ts';
import type { Mailbox } from './types.ts';
import type { LeadVerdict, SettleContext, Settled } from './verdicts.ts';
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
  const free = unlock(mailbox, {
    ...endOf(verdict),
    at: context.now,
    lockMs: context.timing.lockMs,
  });
  switch (verdict.kind) {
    case 'synced':
      return settleActivities(
        synced(free, snapshot, verdict, context),
        snapshot.activities ?? [],
        verdict.activities,
        context,
      );
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

const synced = (
  mailbox: Mailbox,
  snapshot: Snapshot,
  { marketoId, cookie: told }: Extract<LeadVerdict, { kind: 'synced' }>,
  { now, digestOf }: SettleContext,
): Mailbox => {
  const sent = new Map(snapshot.fields.map(({ name, order, value }) => [name, { order, value }]));
  const fields = mapFields(mailbox.fields, (field, name) => {
    const carried = sent.get(name);
    if (carried === undefined) return field;
    const digest = digestOf(carried.value);
    const isTold =
      field.order === carried.order ||
      (field.value !== undefined && digestOf(field.value) === digest);
    // What came during the call and was left out unsent may yet go out.
    const isNewer = field.aside?.order !== undefined && field.aside.order > carried.order;
    const memory = isNewer ? field : without(field, 'aside');
    const register = { ...memory, digest, sentAt: now };
    return isTold ? without(register, 'value') : register;
  });
  return {
    ...afresh(mailbox),
    fields,
    cookies: cookieAfter(mailbox, snapshot, (cookie) => {
      if (told === 'pending') return cookie;
      return told ? { ...cookie, aside: told.because } : { ...cookie, associated: true };
    }),
    ...(marketoId !== undefined && { marketoId }),
  };
};

/** What counts against a lead ends with the first answer that settles something. */
const afresh = (
  mailbox: Mailbox,
): Omit<Mailbox, 'attempts' | 'ownAttempts' | 'callMost' | 'retryAt'> =>
  without(mailbox, 'attempts', 'ownAttempts', 'callMost', 'retryAt');

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
  const known = verdict.isLeadGone ? without(mailbox, 'marketoId') : mailbox;
  const later = backedOff(known, context);
  if (verdict.attempts === undefined) return { mailbox: later };
  // Nobody is given up for the company it was in: a shared call is halved until each is alone.
  if (!verdict.own) return { mailbox: halved(mailbox, context) };
  const ownAttempts = (mailbox.ownAttempts ?? 0) + 1;
  return ownAttempts < verdict.attempts
    ? { mailbox: { ...later, ownAttempts } }
    : givenUp(mailbox, snapshot, verdict.because, context);
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
    ? givenUp(mailbox, snapshot, verdict.because, context)
    : { mailbox: halved(mailbox, context) };

/**
 * All that the call carried becomes a dead letter; the mailbox goes on with what came since. Of a
 * lead that Marketo has, the activities need no record and go on by themselves.
 */
const givenUp = (
  mailbox: Mailbox,
  snapshot: Snapshot,
  because: string,
  context: SettleContext,
): Settled => {
  const { lead } = context;
  const left = giveUpActivities(mailbox, snapshot.activities ?? [], because, context);
  const { activities } = left;
  return {
    mailbox: {
      ...afresh(left.mailbox),
      fields: putAside(mailbox, snapshot, () => ({ because })),
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
  const aside = putAside(mailbox, { ...snapshot, fields: mine }, ({ value }) => ({
    because,
    digest: digestOf(value),
    ...until,
  }));
  return { mailbox: { ...mailbox, fields: aside }, dead: { because, lead, fields: mine } };
};
