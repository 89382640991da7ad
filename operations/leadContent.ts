import { inOrder } from '../lambdas/lead/activities.ts';
import { waitsForDescription } from '../lambdas/lead/registers.ts';
import type {
  Activities,
  Cookie,
  Cookies,
  Field,
  Fields,
  IdentityRecord,
  Mailbox,
} from '../lambdas/lead/leadTypes.ts';
import { messageHashOf, receivedAtOf } from '../lambdas/segment/order.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import type { Wait } from './leadWait.ts';
import { endOf, reasonOf } from './leadWait.ts';
import type { ActivityView, CookieView, FieldView, LeadView } from './views.ts';

export type Content = Pick<LeadView, 'fields' | 'cookies' | 'activities'>;

/** What a pending value waits for. */
interface Pending {
  readonly state: 'waiting' | 'held';
  readonly because?: string | undefined;
  readonly until?: EpochMs | undefined;
}

/** Why Marketo does not get what a field was told last; `undefined` where that is not so. */
export const rejectionOf = (field: Field): Field['aside'] => {
  const { value, aside, order } = field;
  if (value !== undefined || aside === undefined || waitsForDescription(field)) return undefined;
  // What was left out once is only remembered beside a later value that Marketo has.
  return aside.order === undefined || aside.order === order ? aside : undefined;
};

const fieldView = (name: string, field: Field, pending: Pending): FieldView => {
  const { order, value, sentAt } = field;
  const message = messageHashOf(order);
  const saidAt = receivedAtOf(order);
  const said = saidAt === undefined ? {} : { since: saidAt };
  const isWaiting = waitsForDescription(field);
  const going = isWaiting ? field.aside?.value : value;
  if (going !== undefined) {
    const { state, because, until } = isWaiting ? { ...pending, ...field.aside } : pending;
    return {
      name,
      state,
      value: going,
      ...said,
      ...(because !== undefined && { because }),
      ...(until !== undefined && { until }),
      message,
    };
  }
  const aside = rejectionOf(field);
  if (aside === undefined)
    return { name, state: 'sent', ...(sentAt !== undefined && { since: sentAt }), message };
  const { because, until, value: leftOut } = aside;
  return {
    name,
    state: 'rejected',
    ...(leftOut !== undefined && { value: leftOut }),
    because,
    ...said,
    ...(until !== undefined && { until }),
    message,
  };
};

/** What is on its way first, then what went wrong, then what is there. */
const states: readonly FieldView['state'][] = ['held', 'waiting', 'rejected', 'sent'];

const fieldViews = (fields: Fields, pending: Pending): readonly FieldView[] =>
  Object.entries(fields)
    .map(([name, field]) => fieldView(name, field, pending))
    .sort(
      (a, b) => states.indexOf(a.state) - states.indexOf(b.state) || (a.name < b.name ? -1 : 1),
    );

const cookieView = (
  token: string,
  { associated, aside }: Cookie,
  state: Pending['state'],
): CookieView => {
  if (associated) return { token, state: 'associated' };
  return aside === undefined ? { token, state } : { token, state: 'rejected', because: aside };
};

const cookieViews = (cookies: Cookies, state: Pending['state']): readonly CookieView[] =>
  Object.entries(cookies).map(([token, cookie]) => cookieView(token, cookie, state));

const activityViews = (
  activities: Activities | undefined,
  state: Pending['state'],
  now: EpochMs,
): readonly ActivityView[] =>
  inOrder(activities).map(({ typeId, primary, order }) => ({
    typeId,
    primary,
    state,
    since: receivedAtOf(order) ?? now,
    message: messageHashOf(order),
  }));

/** What a mailbox holds, and why it does. */
export const contentOf = (mailbox: Mailbox, wait: Wait | undefined, now: EpochMs): Content => {
  const because = wait && reasonOf(wait);
  return {
    fields: fieldViews(mailbox.fields, { state: 'waiting', because, until: endOf(wait) }),
    cookies: cookieViews(mailbox.cookies, 'waiting'),
    activities: activityViews(mailbox.activities?.pending, 'waiting', now),
  };
};

/** What a key holds: until an e-mail turns up or, where one has, until its move is finished. */
export const heldContentOf = (key: IdentityRecord, pending: Pending, now: EpochMs): Content => ({
  fields: fieldViews(key.fields, pending),
  cookies: cookieViews(key.cookies, pending.state),
  activities: activityViews(key.activities, pending.state, now),
});
