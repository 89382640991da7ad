import { digestOf, keyIdOf, leadIdOf, shortHashOf } from '../../lambdas/digest.ts';
import type { AbsorbContext, NormalizedEvent, States } from '../../lambdas/lead/absorb.ts';
import type { EventKeys } from '../../lambdas/lead/identity.ts';
import type { Activity, FieldValue } from '../../lambdas/lead/leadTypes.ts';
import { leadLimits } from '../../lambdas/limits.ts';
import type { SequenceKey } from '../../lambdas/segment/order.ts';
import { sequenceKeyOf } from '../../lambdas/segment/order.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

export const noon = epochMs(Date.UTC(2026, 10, 23, 12));
export const at = (seconds: number): EpochMs => epochMs(noon + seconds * 1_000);

/** The order of an event at this second; `index` and `id` break ties. */
export const order = (seconds: number, index = 0, id = 'm'): SequenceKey =>
  sequenceKeyOf(at(seconds), at(seconds), index, shortHashOf(id));

export const context = (seconds = 0, more: Partial<AbsorbContext> = {}): AbsorbContext => ({
  now: at(seconds),
  resendUnchangedAfterMs: 86_400_000,
  emailChange: 'rename',
  digestOf,
  limits: leadLimits,
  ...more,
});

interface Carrying {
  readonly cookie?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly email?: string;
  readonly userIdEmail?: string;
  readonly hint?: string;
  readonly fields?: Readonly<Record<string, FieldValue>>;
  readonly visit?: true;
  /** The primary attribute of its activity. */
  readonly activity?: string;
  /** It refuses consent. */
  readonly withdrawal?: true;
}

const named = (email: string) => ({ lead: leadIdOf(email), email });

const keysOf = ({
  cookie,
  userId,
  anonymousId,
  email,
  userIdEmail,
  hint,
}: Carrying): EventKeys => ({
  ...(cookie !== undefined && { cookie: keyIdOf('cookie', cookie) }),
  ...(userId !== undefined && { userId: keyIdOf('userId', userId) }),
  ...(anonymousId !== undefined && { anonymousId: keyIdOf('anonymousId', anonymousId) }),
  ...(email !== undefined && { named: named(email) }),
  ...(userIdEmail !== undefined && { userIdNamed: named(userIdEmail) }),
  ...(hint !== undefined && { hint: named(hint) }),
});

/** An activity of the event with this order. */
export const activityAt = (
  place: SequenceKey,
  primary = 'p',
  attributes: Activity['attributes'] = {},
): Activity => ({ order: place, typeId: 100_001, at: noon, primary, attributes });

/** An event that carries these keys and fields, at this second. */
export const normalized = (seconds: number, carrying: Carrying, index = 0): NormalizedEvent => {
  const { cookie, fields = {}, visit = false, activity, userId, anonymousId } = carrying;
  const place = order(seconds, index, JSON.stringify([seconds, carrying]));
  const keys = keysOf(carrying);
  const key = keys.userId ?? keys.anonymousId;
  return {
    order: place,
    keys,
    incoming: Object.entries(fields).map(([name, value]) => ({ name, value, order: place })),
    ...(activity !== undefined && { activity: activityAt(place, activity) }),
    isVisit: visit,
    ...(carrying.withdrawal && { isWithdrawal: true as const }),
    derived: { token: `_mch-segment-${userId ?? anonymousId ?? 'e'}`, ...(key && { key }) },
    ...(cookie !== undefined && { cookieToken: cookie }),
  };
};

export const noStates: States = { leads: new Map(), keys: new Map() };
