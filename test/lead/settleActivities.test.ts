import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, leadIdOf } from '../../lambdas/digest.ts';
import { keyOf } from '../../lambdas/lead/activities.ts';
import { lock } from '../../lambdas/lead/lock.ts';
import { emptyMailbox, hasPending } from '../../lambdas/lead/mailbox.ts';
import { settleActivities } from '../../lambdas/lead/settleActivities.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import { nextAtOf } from '../../lambdas/lead/schedule.ts';
import type { ActivityBox, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type {
  ActivityVerdict,
  LeadVerdict,
  SettleContext,
} from '../../lambdas/lead/leadVerdicts.ts';
import { without } from '../../lambdas/lead/without.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import { activityAt, at, order } from '../support/mailboxes.ts';

const jane = 'jane@example.com';
const [a, b, c] = ['a', 'b', 'c'].map((name, index) => activityAt(order(index, 0, name), name)) as [
  ReturnType<typeof activityAt>,
  ReturnType<typeof activityAt>,
  ReturnType<typeof activityAt>,
];
const three = [a, b, c];
const pendingOf = (...some: readonly (typeof a)[]) =>
  Object.fromEntries(some.map((one) => [keyOf(one), one]));
const mailboxWith = (more: Partial<ActivityBox> = {}): Mailbox => ({
  ...emptyMailbox(jane, order(0)),
  marketoId: 7,
  activities: { pending: pendingOf(...three), done: [], ...more },
});
const ending = (more: Partial<SettleContext> = {}): SettleContext => ({
  lead: leadIdOf(jane),
  now: at(5),
  callSize: 1,
  random: 0.5,
  digestOf,
  doneActivities: 3,
  timing: leadTiming,
  ...more,
});
const settled = (
  verdict: LeadVerdict,
  mailbox: Mailbox = mailboxWith(),
  more: Partial<SettleContext> = {},
) => {
  const call = { owner: 'me', lockedUntil: at(127), activities: three };
  const { mailbox: held, snapshot } = lock(mailbox, call);
  const result = settle(held, snapshot, verdict, ending(more));
  if (!result) throw new Error('not the owner');
  return { ...result, box: result.mailbox.activities };
};
const told = (...activities: readonly ActivityVerdict[]): LeadVerdict => ({
  kind: 'synced',
  activities,
});
const all = (verdict: ActivityVerdict): LeadVerdict => told(verdict, verdict, verdict);
const left = (box: ActivityBox | undefined) =>
  Object.values(box?.pending ?? {}).map(({ primary }) => primary);
const added: ActivityVerdict = { kind: 'added' };

describe('a call', () => {
  it('takes along the activities that the plan has room for, as they are now', () => {
    const tried = { ...a, attempts: 1 };
    const mailbox = mailboxWith({ pending: pendingOf(tried, c), done: [keyOf(b)] });
    const call = { owner: 'me', lockedUntil: at(127), activities: [a, b] };
    expect(lock(mailbox, call).snapshot.activities).toEqual([tried]);
    const none = lock(mailbox, { owner: 'me', lockedUntil: at(127) }).snapshot;
    expect(none).not.toHaveProperty('activities');
  });
});

describe('activities that were added', () => {
  it('wait no more and are remembered, the latest', () => {
    const { box, refused } = settled(all(added), mailboxWith({ done: ['x', 'y'] }));
    expect(box).toEqual({ pending: {}, done: [keyOf(a), keyOf(b), keyOf(c)] });
    expect(refused).toEqual([]);
  });

  it('leave behind what came during the call', () => {
    const { mailbox: held, snapshot } = lock(mailboxWith(), {
      owner: 'me',
      lockedUntil: at(127),
      activities: three,
    });
    const late = activityAt(order(4, 0, 'late'), 'late');
    const later = {
      ...held,
      activities: { pending: { ...held.activities?.pending, [keyOf(late)]: late }, done: [] },
    };
    const { mailbox } = settle(later, snapshot, all(added), ending()) ?? {};
    expect(left(mailbox?.activities)).toEqual(['late']);
  });
});

it('an activity that was deleted during the call stays gone, whatever is said of it', () => {
  const call = { owner: 'me', lockedUntil: at(127), activities: three };
  const { mailbox: held, snapshot } = lock(mailboxWith(), call);
  const later = { ...held, activities: { pending: pendingOf(b, c), done: [] } };
  const said = told({ kind: 'refused', because: 'no' }, added, { kind: 'retry', because: 'x' });
  const { mailbox, refused } = settle(later, snapshot, said, ending()) ?? {};
  expect(left(mailbox?.activities)).toEqual(['c']);
  expect(mailbox?.activities?.done).toEqual([keyOf(b)]);
  expect(refused).toEqual([]);
});

describe('an activity that Marketo refuses', () => {
  const no: ActivityVerdict = { kind: 'refused', because: 'no' };

  it('becomes a dead letter, one for each reason, and is remembered', () => {
    const { box, refused } = settled(told(no, { kind: 'refused', because: 'nor' }, no));
    expect(refused).toEqual([
      { because: 'no', lead: leadIdOf(jane), fields: [], activities: [a, c] },
      { because: 'nor', lead: leadIdOf(jane), fields: [], activities: [b] },
    ]);
    expect(box).toEqual({ pending: {}, done: three.map(keyOf) });
  });

  it('costs the lead’s fields and the other activities nothing', () => {
    const fields = { Plan: { order: order(0), value: 'pro' } };
    const { mailbox, dead } = settled(told(added, no, added), { ...mailboxWith(), fields });
    expect(hasPending(mailbox)).toBe(false);
    expect(mailbox.fields.Plan?.digest).toBe(digestOf('pro'));
    expect(dead).toBeUndefined();
  });

  it('with others in one refusal is looked for by halving, and none is given up', () => {
    const { box, refused } = settled(all({ kind: 'refused', because: 'no', shared: 300 }));
    expect(refused).toEqual([]);
    expect(left(box)).toEqual(['a', 'b', 'c']);
    expect(box).toMatchObject({ most: 150 });
    expect(box).not.toHaveProperty('retryAt');
    const alone = settled(told(no), mailboxWith({ pending: pendingOf(a), most: 1 }));
    expect(alone.refused).toHaveLength(1);
    expect(alone.box).not.toHaveProperty('most');
  });

  it('of a lead API that takes none is refused with that reason', () => {
    expect(settled({ kind: 'synced' }).refused).toMatchObject([
      { because: 'the lead API in use takes no custom activities', activities: three },
    ]);
  });
});

describe('an activity that Marketo could not add yet', () => {
  const again: ActivityVerdict = { kind: 'retry', because: 'busy' };
  const bounded = { ...again, attempts: 3 };

  it('waits with full jitter, doubling from 32 s to 15 minutes; fields do not wait with it', () => {
    fc.assert(
      fc.property(
        fc.nat(30),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, random) => {
          const { mailbox, box } = settled(told(again, added, added), mailboxWith({ attempts }), {
            random,
          });
          const wait = (box?.retryAt ?? 0) - at(5);
          expect(box?.attempts).toBe(attempts + 1);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(900_000, 32_000 * 2 ** attempts));
          expect(mailbox.retryAt).toBeUndefined();
        },
      ),
    );
  });

  it('waits for the random part of what the tries have earned, whoever of them failed', () => {
    const after = (attempts: number) =>
      settled(told(added, added, again), mailboxWith({ attempts })).box;
    expect(after(0)).toMatchObject({ attempts: 1, retryAt: at(5 + 16) });
    expect(after(2)).toMatchObject({ attempts: 3, retryAt: at(5 + 64) });
    expect(settled(all(again)).box).toMatchObject({ attempts: 1, retryAt: at(5 + 16) });
  });

  it('among others of one answer is no try of its own, and keeps what they may go with', () => {
    const { box } = settled(all({ ...again, shared: 3 }), mailboxWith({ most: 2 }));
    expect(box).toEqual({
      pending: pendingOf(...three),
      done: [],
      most: 2,
      attempts: 1,
      retryAt: at(5 + 16),
    });
    const alone = settled(told(again, added, added)).box;
    expect(alone?.pending[keyOf(a)]?.attempts).toBe(1);
    const single = settled(
      told({ ...again, shared: 1 }, added, added),
      mailboxWith({ most: 2 }),
    ).box;
    expect(single?.pending[keyOf(a)]?.attempts).toBe(1);
    expect(single).not.toHaveProperty('most');
  });

  it('with others that were added halves no more, and with others that wait it does', () => {
    const pending: ActivityVerdict = { kind: 'pending', because: 'no slot' };
    const mailbox = mailboxWith({ most: 2 });
    expect(settled(all(added), mailbox).box).not.toHaveProperty('most');
    expect(settled(told(added, pending, pending), mailbox).box).not.toHaveProperty('most');
    expect(settled(all(pending), mailbox).box?.most).toBe(2);
    expect(settled(all(pending)).box).not.toHaveProperty('most');
  });

  it('halves by the smallest request that was refused', () => {
    const no = (shared: number): ActivityVerdict => ({ kind: 'refused', because: 'no', shared });
    expect(settled(told(no(9), no(5), added)).box).toMatchObject({ most: 3 });
    expect(settled(told(no(2), added, added)).box).toMatchObject({ most: 1 });
    expect(settled(told(added, added, no(1))).refused).toHaveLength(1);
  });

  it('is given up after tries of its own only', () => {
    const tried = mailboxWith({ pending: pendingOf({ ...a, attempts: 1 }, b, c) });
    const once = settled(told(bounded, added, added), tried);
    expect(once.refused).toEqual([]);
    expect(once.box?.pending[keyOf(a)]?.attempts).toBe(2);
    const tired = mailboxWith({ pending: pendingOf({ ...a, attempts: 2 }, b, c) });
    expect(settled(told(bounded, added, added), tired).refused).toMatchObject([
      { because: 'busy', activities: [{ primary: 'a' }] },
    ]);
    const shared = settled(all({ ...bounded, shared: 3 }), tired);
    expect(shared.refused).toEqual([]);
    expect(shared.box?.most).toBe(2);
    expect(shared.box?.pending[keyOf(a)]?.attempts).toBe(2);
  });

  it('ends the halving once an answer is about it alone', () => {
    const { box } = settled(told(again), mailboxWith({ pending: pendingOf(a), most: 1 }));
    expect(box).not.toHaveProperty('most');
    const still = settled(all({ ...again, shared: 3 }), mailboxWith({ most: 3 }));
    expect(still.box?.most).toBe(3);
  });

  it('is told by its lead’s new id where Marketo has the old one no more', () => {
    const { mailbox, box } = settled(
      told({ ...bounded, isLeadGone: true }, { ...bounded, isLeadGone: true }, added),
    );
    expect(mailbox.marketoId).toBeUndefined();
    expect(left(box)).toEqual(['a', 'b']);
    expect(settled(told(bounded, added, added)).mailbox.marketoId).toBe(7);
  });

  it('that was not sent waits for the next call, and that is no try', () => {
    const { mailbox, box } = settled(all({ kind: 'pending', because: 'no slot' }));
    expect(box).toEqual({ pending: pendingOf(...three), done: [] });
    expect(nextAtOf(mailbox)).toBe(at(5 + 32));
  });

  it('forgets its backoff as soon as nothing has to back off', () => {
    const tired = mailboxWith({ attempts: 4, retryAt: at(1) });
    expect(settled(all(added), tired).box).toEqual({ pending: {}, done: three.map(keyOf) });
  });

  it('waits where Marketo answered for fewer than it was asked', () => {
    const { box } = settled(told(added, added));
    expect(left(box)).toEqual(['c']);
    expect(box?.retryAt).toBeDefined();
  });
});

describe('an answer about the lead’s record', () => {
  const verdicts: LeadVerdict[] = [
    { kind: 'retry', because: 'x', own: true },
    { kind: 'unavailable', because: 'x', worked: false },
    { kind: 'field-refused', because: 'x', fields: ['Plan'], unknown: true },
    { kind: 'refused', because: 'x', own: false },
  ];

  it.each(verdicts)('of $kind leaves all activities waiting', (verdict) => {
    const { box, refused } = settled(verdict);
    expect(left(box)).toEqual(['a', 'b', 'c']);
    expect(refused ?? []).toEqual([]);
  });

  const refusal: LeadVerdict = { kind: 'refused', because: 'no', own: true, isOfLead: true };

  it('that refuses it leaves the activities of a lead that Marketo has', () => {
    const { box, dead } = settled(refusal);
    expect(left(box)).toEqual(['a', 'b', 'c']);
    expect(dead?.activities).toBeUndefined();
  });

  it('says nothing of activities that it did not carry', () => {
    for (const verdict of [refusal, { kind: 'synced' } as const]) {
      const waits = { attempts: 2, retryAt: at(60), most: 2 };
      const mailbox = without(mailboxWith(waits), 'marketoId');
      const call = { owner: 'me', lockedUntil: at(127) };
      const { mailbox: held, snapshot } = lock(mailbox, call);
      const result = settle(held, snapshot, verdict, ending());
      expect(result?.mailbox.activities).toEqual(mailbox.activities);
      expect(result?.dead?.activities).toBeUndefined();
      expect(result?.refused ?? []).toEqual([]);
    }
  });

  it('leaves a mailbox as it is that has no activities by now', () => {
    const mailbox = emptyMailbox(jane, order(0));
    expect(settleActivities(mailbox, three, [added, added, added], ending())).toEqual({
      mailbox,
      refused: [],
    });
  });

  it('that refuses it takes those of a lead without an id along, or they would ask for ever', () => {
    const { mailbox, box, dead } = settled(refusal, without(mailboxWith(), 'marketoId'));
    expect(dead).toMatchObject({ because: 'no', fields: [], activities: three });
    expect(box).toEqual({ pending: {}, done: three.map(keyOf) });
    expect(hasPending(mailbox)).toBe(false);
  });
});
