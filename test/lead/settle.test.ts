import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, leadIdOf } from '../../lambdas/digest.ts';
import { lock } from '../../lambdas/lead/lock.ts';
import { emptyMailbox, hasPending } from '../../lambdas/lead/mailbox.ts';
import { absorbFields } from '../../lambdas/lead/registers.ts';
import type { LeadVerdict, SettleContext } from '../../lambdas/lead/settle.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import { nextAtOf } from '../../lambdas/lead/schedule.ts';
import type { FieldValue, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import { at, context, order } from '../support/mailboxes.ts';

const jane = 'jane@example.com';
const told = (seconds: number, values: Readonly<Record<string, FieldValue>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value, order: order(seconds) }));
const withValues = (
  mailbox: Mailbox,
  seconds: number,
  values: Readonly<Record<string, FieldValue>>,
) => ({
  ...mailbox,
  fields: absorbFields(mailbox.fields, told(seconds, values), context(seconds)).fields,
});
const waiting = withValues(emptyMailbox(jane, order(0)), 0, { Plan: 'pro', Logins: 7 });
const locked = (mailbox: Mailbox, owner = 'me') =>
  lock(mailbox, { owner, lockedUntil: at(127), ...(mailbox.cookies.c && { cookie: 'c' }) });
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
const settled = (verdict: LeadVerdict, mailbox = waiting, more: Partial<SettleContext> = {}) => {
  const { mailbox: held, snapshot } = locked(mailbox);
  const result = settle(held, snapshot, verdict, ending(more));
  if (!result) throw new Error('not the owner');
  return result;
};

describe('a lead that its key does not find', () => {
  const known = { ...waiting, marketoId: 7 };

  it('is remembered by the id that was found, whatever came of the write', () => {
    const verdicts: LeadVerdict[] = [
      { kind: 'synced', marketoId: 7 },
      { kind: 'retry', because: 'x', own: true },
      { kind: 'unavailable', because: 'x', worked: true },
      { kind: 'field-refused', because: 'x', fields: ['Plan'], unknown: false },
    ];
    for (const verdict of verdicts) {
      const { mailbox } = settled({ ...verdict, foundId: 7 });
      expect(mailbox, verdict.kind).toMatchObject({ marketoId: 7, needsId: true });
      expect(locked(mailbox).snapshot.byId).toBe(true);
    }
  });

  it('is another lead where the id is another: what the first was told counts no more', () => {
    const told = settled({ kind: 'synced', marketoId: 7 }, known).mailbox;
    const next = withValues(told, 30, { Logins: 8 });
    const { mailbox, isAnotherLead } = settled({ kind: 'synced', marketoId: 9, foundId: 9 }, next);
    expect(isAnotherLead).toBe(true);
    expect(mailbox).toMatchObject({ marketoId: 9, needsId: true });
    expect(mailbox.fields['Plan']).not.toHaveProperty('digest');
    expect(mailbox.fields['Logins']).toHaveProperty('digest');
  });

  it('goes by its e-mail again once Marketo has lost the id', () => {
    const { mailbox } = settled(
      { kind: 'retry', because: 'x', own: true, attempts: 8, isLeadGone: true },
      { ...known, needsId: true },
    );
    expect(mailbox).not.toHaveProperty('needsId');
    expect(mailbox).not.toHaveProperty('marketoId');
    expect(hasPending(mailbox)).toBe(true);
  });
});

describe('what the settings keep out of Marketo', () => {
  const kept: LeadVerdict = {
    kind: 'refused',
    because: 'x',
    own: true,
    isOfLead: true,
    isBySetting: true,
  };

  it('ends with its reason, and is no dead letter', () => {
    const { mailbox, dead, unwanted } = settled(kept);
    expect(dead).toBeUndefined();
    expect(unwanted?.fields.map(({ name }) => name)).toEqual(['Plan', 'Logins']);
    expect(hasPending(mailbox)).toBe(false);
  });

  it('takes no cookie with it where Marketo has the lead', () => {
    const cookies = { c: { order: order(0) } };
    expect(settled(kept, { ...waiting, cookies, marketoId: 7 }).mailbox.cookies).toEqual(cookies);
    expect(settled(kept, { ...waiting, cookies }).mailbox.cookies['c']).toHaveProperty('aside');
  });
});

describe('an answer', () => {
  it('says nothing to a mailbox that another call owns by now', () => {
    const { snapshot } = locked(waiting, 'me');
    const other = locked(waiting, 'other').mailbox;
    expect(settle(other, snapshot, { kind: 'synced' }, ending())).toBeUndefined();
  });

  it('says nothing a second time', () => {
    const { mailbox, snapshot } = locked(waiting);
    const once = settle(mailbox, snapshot, { kind: 'synced' }, ending());
    expect(once && settle(once.mailbox, snapshot, { kind: 'synced' }, ending())).toBeUndefined();
  });

  it('leaves the lock standing for 30 s and the skew after the call, whatever it says', () => {
    const verdicts: LeadVerdict[] = [
      { kind: 'synced' },
      { kind: 'retry', because: 'x', own: true },
      { kind: 'retry', because: 'x', own: true, attempts: 1 },
      { kind: 'refused', because: 'x', own: true },
      { kind: 'refused', because: 'x', own: false },
      { kind: 'field-refused', because: 'x', fields: ['Plan'], unknown: true },
    ];
    for (const verdict of verdicts)
      expect(settled(verdict).mailbox.lockedUntil, verdict.kind).toBe(at(5 + 32));
  });

  it('leaves the lease standing when the call broke off, for Marketo may still be at work', () => {
    const { mailbox } = settled({ kind: 'unavailable', because: 'x', worked: true });
    expect(mailbox.lockedUntil).toBe(at(127));
    expect(mailbox.owner).toBeUndefined();
  });

  it('frees the lock when Marketo refused before it worked', () => {
    const { mailbox } = settled({
      kind: 'unavailable',
      because: 'x',
      worked: false,
    });
    expect(mailbox.lockedUntil).toBeUndefined();
    expect(nextAtOf(mailbox)).toBe(0);
  });
});

describe('synced', () => {
  it('makes what was sent known, and nothing pending', () => {
    const { mailbox, dead } = settled({ kind: 'synced', marketoId: 42 });
    expect(hasPending(mailbox)).toBe(false);
    expect(mailbox.fields.Plan).toEqual({
      order: order(0),
      digest: digestOf('pro'),
      sentAt: at(5),
    });
    expect(mailbox.marketoId).toBe(42);
    expect(dead).toBeUndefined();
  });

  it('keeps pending what came during the call', () => {
    const { mailbox: held, snapshot } = locked(waiting);
    const later = withValues(held, 3, { Plan: 'basic' });
    const result = settle(later, snapshot, { kind: 'synced' }, ending());
    expect(result?.mailbox.fields.Plan).toMatchObject({ value: 'basic', digest: digestOf('pro') });
    expect(result?.mailbox.fields.Logins?.value).toBeUndefined();
  });

  it('takes a value that came again during the call for sent', () => {
    const { mailbox: held, snapshot } = locked(waiting);
    const later = withValues(held, 3, { Plan: 'pro' });
    expect(later.fields.Plan?.value).toBe('pro');
    const result = settle(later, snapshot, { kind: 'synced' }, ending());
    expect(result?.mailbox.fields.Plan).toEqual({
      order: order(3),
      digest: digestOf('pro'),
      sentAt: at(5),
    });
  });

  it('keeps what was told before where the answer tells nothing new', () => {
    const aside = { because: 'too long', digest: 'd' };
    const known: Mailbox = {
      ...waiting,
      marketoId: 7,
      fields: {
        ...waiting.fields,
        Title: { order: order(0), aside },
        Plan: { order: order(0), value: 'pro', aside },
      },
    };
    const { mailbox } = settled({ kind: 'synced' }, known);
    expect(mailbox).toEqual({
      ...emptyMailbox(jane, order(0)),
      fields: {
        Plan: { order: order(0), digest: digestOf('pro'), sentAt: at(5) },
        Logins: { order: order(0), digest: digestOf(7), sentAt: at(5) },
        Title: { order: order(0), aside },
      },
      marketoId: 7,
      lockedUntil: at(5 + 32),
      lastOwner: 'me',
    });
  });

  it('changes no field that came without a value, or with another one, during the call', () => {
    const { mailbox: held, snapshot } = locked(waiting);
    const later: Mailbox = {
      ...held,
      fields: {
        Plan: { order: order(3), aside: { because: 'no' } },
        Logins: { order: order(3), value: 8 },
        Title: { order: order(3), value: 'Dr' },
      },
    };
    const result = settle(later, snapshot, { kind: 'synced' }, ending());
    expect(result?.mailbox.fields).toEqual({
      Plan: { order: order(3), digest: digestOf('pro'), sentAt: at(5) },
      Logins: { order: order(3), value: 8, digest: digestOf(7), sentAt: at(5) },
      Title: { order: order(3), value: 'Dr' },
    });
  });

  it('associates the cookie that went along, and no other', () => {
    const cookies = { c: { order: order(0) }, d: { order: order(1) } };
    const { mailbox } = settled({ kind: 'synced' }, { ...waiting, cookies });
    expect(mailbox.cookies).toEqual({
      c: { order: order(0), associated: true },
      d: { order: order(1) },
    });
  });

  it('gives no cookie back that went to another lead during the call', () => {
    const { mailbox: held, snapshot } = locked({ ...waiting, cookies: { c: { order: order(0) } } });
    const moved = { ...held, cookies: { d: { order: order(1) } } };
    const result = settle(moved, snapshot, { kind: 'synced' }, ending());
    expect(result?.mailbox.cookies).toEqual(moved.cookies);
  });

  it('leaves a cookie pending, or puts it aside, where that is what became of it', () => {
    const mailbox = { ...waiting, cookies: { c: { order: order(0) } } };
    const pending = settled({ kind: 'synced', cookie: 'pending' }, mailbox).mailbox;
    expect(hasPending(pending)).toBe(true);
    expect(pending.cookies).toStrictEqual({ c: { order: order(0) } });
    expect(pending.fields.Plan?.value).toBeUndefined();
    const refused = settled({ kind: 'synced', cookie: { because: 'no' } }, mailbox).mailbox;
    expect(refused.cookies.c?.aside).toBe('no');
    expect(hasPending(refused)).toBe(false);
  });

  it('forgets attempts, backoff and halving', () => {
    const tired: Mailbox = {
      ...waiting,
      attempts: 3,
      ownAttempts: 1,
      callMost: 2,
      retryAt: at(1),
    };
    const { mailbox } = settled({ kind: 'synced' }, tired);
    expect(mailbox).not.toHaveProperty('attempts');
    expect(mailbox).not.toHaveProperty('ownAttempts');
    expect(mailbox).not.toHaveProperty('callMost');
    expect(mailbox).not.toHaveProperty('retryAt');
  });
});

describe('a new e-mail', () => {
  const renamed: Mailbox = { ...waiting, marketoId: 7, renamed: true };

  it('is told by a call that carries fields', () => {
    expect(settled({ kind: 'synced', marketoId: 7 }, renamed).mailbox.renamed).toBeUndefined();
  });

  it('is still to be told after a call without any: over REST, that writes no record', () => {
    const idle = { ...renamed, fields: {}, cookies: { c: { order: order(1) } } };
    const { mailbox } = settled({ kind: 'synced', marketoId: 7 }, idle);
    expect(mailbox.renamed).toBe(true);
    expect(locked(mailbox).snapshot.byId).toBe(true);
  });
});

describe('an answer that speaks of another lead than the one we knew', () => {
  const known = settled({ kind: 'synced', marketoId: 7 }).mailbox;
  const associated: Mailbox = {
    ...withValues(known, 50, { Plan: 'basic' }),
    lockedUntil: at(0),
    cookies: { d: { order: order(0), associated: true } },
  };
  const sendsAgain = (mailbox: Mailbox): boolean =>
    withValues(mailbox, 60, { Logins: 7 }).fields.Logins?.value !== undefined;

  it.each([
    ['was made', { kind: 'synced', marketoId: 8, isCreated: true }],
    ['was made, and Marketo says no id', { kind: 'synced', isCreated: true }],
    ['has another id after a merge', { kind: 'synced', marketoId: 9 }],
  ] as const)('that %s voids what the old one was told, cookies included', (_why, verdict) => {
    expect(sendsAgain(associated)).toBe(false);
    const { mailbox, isAnotherLead } = settled(verdict, associated);
    expect(isAnotherLead).toBe(true);
    expect(mailbox.marketoId).toBe('marketoId' in verdict ? verdict.marketoId : undefined);
    expect(mailbox.cookies.d).toEqual({ order: order(0) });
    expect(mailbox.fields.Plan?.digest).toBe(digestOf('basic'));
    expect(sendsAgain(mailbox)).toBe(true);
  });

  it('that a cookie may have found leaves the other cookies where they are', () => {
    const cookies = { ...associated.cookies, c: { order: order(1) } };
    const after = settled({ kind: 'synced', marketoId: 9 }, { ...associated, cookies }).mailbox;
    expect(after.cookies).toEqual({
      c: { order: order(1), associated: true },
      d: { order: order(0), associated: true },
    });
    expect(sendsAgain(after)).toBe(true);
  });

  it('that is gone does so, too, before its e-mail makes it anew', () => {
    const retry = { kind: 'retry', because: 'x', own: true, isLeadGone: true } as const;
    const { mailbox, isAnotherLead } = settled(retry, associated);
    expect([isAnotherLead, mailbox.marketoId, sendsAgain(mailbox)]).toEqual([
      true,
      undefined,
      true,
    ]);
    expect(settled(retry).isAnotherLead).toBeUndefined();
  });

  it('that is the same, or the first that we hear of, voids nothing', () => {
    const same = settled({ kind: 'synced', marketoId: 7 }, associated);
    expect([same.isAnotherLead, sendsAgain(same.mailbox)]).toEqual([undefined, false]);
    const first = settled({ kind: 'synced', marketoId: 7, isCreated: true });
    expect(first.isAnotherLead).toBeUndefined();
  });
});

describe('a call of which nobody knows whether it was applied', () => {
  it('leaves no digest behind that could suppress a value', () => {
    const known = settled({ kind: 'synced' }).mailbox;
    const next = withValues({ ...known, lockedUntil: at(0) }, 50, { Plan: 'basic' });
    const { mailbox } = settled({ kind: 'unavailable', because: 'x', worked: true }, next);
    expect(mailbox.fields.Plan).toEqual({ order: order(50), value: 'basic' });
    expect(withValues(mailbox, 70, { Plan: 'pro' }).fields.Plan?.value).toBe('pro');
  });

  it('costs the lead no attempt', () => {
    const { mailbox } = settled({ kind: 'unavailable', because: 'x', worked: true });
    expect(mailbox.attempts).toBeUndefined();
    expect(hasPending(mailbox)).toBe(true);
  });
});

describe('retry', () => {
  it('backs off with full jitter, doubling from 32 s to 15 minutes', () => {
    fc.assert(
      fc.property(
        fc.nat(30),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, random) => {
          const { mailbox } = settled(
            { kind: 'retry', because: 'x', own: true },
            { ...waiting, attempts },
            { random },
          );
          const wait = (mailbox.retryAt ?? 0) - at(5);
          expect(mailbox.attempts).toBe(attempts + 1);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(900_000, 32_000 * 2 ** attempts));
        },
      ),
    );
  });

  it('comes back after the random part of the wait that its attempts have earned', () => {
    const after = (attempts: number) =>
      settled({ kind: 'retry', because: 'x', own: true }, { ...waiting, attempts }).mailbox;
    expect(after(0)).toMatchObject({ attempts: 1, retryAt: at(5 + 16) });
    expect(after(2)).toMatchObject({ attempts: 3, retryAt: at(5 + 64) });
    expect(after(9)).toMatchObject({ attempts: 10, retryAt: at(5 + 450) });
    expect(settled({ kind: 'retry', because: 'x', own: true }).mailbox.attempts).toBe(1);
  });

  it('forgets the id of a lead that Marketo has no more, and no other', () => {
    const known = { ...waiting, marketoId: 7 };
    const retry = { kind: 'retry', because: 'x', own: true } as const;
    expect(settled(retry, known).mailbox.marketoId).toBe(7);
    expect(settled({ ...retry, isLeadGone: true }, known).mailbox).not.toHaveProperty('marketoId');
  });

  it('counts the tries of its own, one by one', () => {
    const bounded = { kind: 'retry', because: 'x', attempts: 2, own: true } as const;
    const first = settled(bounded);
    expect(first.mailbox).toMatchObject({ attempts: 1, ownAttempts: 1, retryAt: at(5 + 16) });
    expect(first.mailbox.fields).toEqual(waiting.fields);
    expect(first.dead).toBeUndefined();
    const last = settled(bounded, { ...waiting, ownAttempts: 1 });
    expect(last.dead).toBeUndefined();
    expect(locked(last.mailbox).snapshot.fields).toHaveLength(1);
    const key = withValues(emptyMailbox(jane, order(0)), 0, { Email: jane });
    expect(settled(bounded, { ...key, ownAttempts: 1 }).dead?.because).toBe('x');
  });

  it('gives the lead up after its own attempts only', () => {
    const bounded = { kind: 'retry', because: 'x', attempts: 3 } as const;
    const tired = { ...waiting, attempts: 9, ownAttempts: 2 };
    const cookies = { c: { order: order(0) } };
    const alone = settled({ ...bounded, own: true }, { ...tired, fields: {}, cookies });
    expect(alone.dead).toMatchObject({ because: 'x' });
    expect(hasPending(alone.mailbox)).toBe(false);
    const among = settled({ ...bounded, own: false }, tired, { callSize: 300 });
    expect(among.dead).toBeUndefined();
    expect(among.mailbox.callMost).toBe(150);
    expect(hasPending(among.mailbox)).toBe(true);
  });
});

const refusedLead: LeadVerdict = { kind: 'refused', because: 'no', own: true, isOfLead: true };
const rejectionFor = (value: FieldValue) => ({
  because: 'no',
  digest: digestOf(value),
  until: at(5 + 86_400),
});

describe('a refusal', () => {
  it('of the lead becomes a dead letter, and the mailbox goes on with what came since', () => {
    const { mailbox: held, snapshot } = locked(waiting);
    const later = withValues(held, 3, { Plan: 'basic' });
    const result = settle(later, snapshot, refusedLead, ending());
    expect(result?.dead).toMatchObject({
      because: 'no',
      fields: [{ name: 'Plan', value: 'pro' }, { name: 'Logins' }],
    });
    expect(result?.mailbox.fields.Plan?.value).toBe('basic');
    expect(result?.mailbox.fields.Logins).toEqual({ order: order(0), aside: rejectionFor(7) });
  });

  it('of a call with others halves it, down to one', () => {
    for (const [callSize, callMost] of [
      [300, 150],
      [3, 2],
      [2, 1],
    ])
      expect(
        settled({ kind: 'refused', because: 'no', own: false }, waiting, {
          callSize: callSize ?? 0,
        }).mailbox.callMost,
      ).toBe(callMost);
  });

  it('of fields costs those fields', () => {
    const { mailbox, dead } = settled({
      kind: 'field-refused',
      because: 'no',
      fields: ['Plan'],
      unknown: false,
    });
    expect(dead?.fields).toEqual([{ name: 'Plan', value: 'pro', order: order(0) }]);
    expect(mailbox.fields.Logins?.value).toBe(7);
    expect(withValues(mailbox, 9, { Plan: 'pro' }).fields.Plan?.value).toBeUndefined();
    expect(withValues(mailbox, 9, { Plan: 'basic' }).fields.Plan?.value).toBe('basic');
  });

  it('of fields says why, and until when where Marketo has no such field', () => {
    const refusal = { kind: 'field-refused', because: 'no', fields: ['Plan'] } as const;
    const cookies = { c: { order: order(0) } };
    const asideOf = (unknown: boolean) =>
      settled({ ...refusal, unknown }, { ...waiting, cookies, attempts: 2 }).mailbox;
    expect(asideOf(false)).toMatchObject({ attempts: 2, cookies });
    expect(asideOf(false).fields.Plan).toEqual({
      order: order(0),
      aside: { because: 'no', digest: digestOf('pro') },
    });
    expect(asideOf(true).fields.Plan?.aside?.until).toBe(at(5 + 86_400));
  });

  it('of the lead says why of each field and of the cookie, and starts afresh', () => {
    const cookies = { c: { order: order(0) }, d: { order: order(0) } };
    const tired = {
      ...waiting,
      cookies,
      attempts: 3,
      ownAttempts: 1,
      callMost: 2,
      retryAt: at(1),
    };
    const { mailbox, dead } = settled(refusedLead, tired);
    expect(mailbox).toEqual({
      ...emptyMailbox(jane, order(0)),
      fields: {
        Plan: { order: order(0), aside: rejectionFor('pro') },
        Logins: { order: order(0), aside: rejectionFor(7) },
      },
      refusals: 1,
      cookies: { c: { order: order(0), aside: 'no' }, d: { order: order(0) } },
      lockedUntil: at(5 + 32),
      lastOwner: 'me',
    });
    expect(dead).toEqual({
      because: 'no',
      lead: leadIdOf(jane),
      fields: told(0, { Plan: 'pro', Logins: 7 }),
    });
  });

  it('of another lead’s field costs this one nothing', () => {
    const { mailbox, dead } = settled({
      kind: 'field-refused',
      because: 'no',
      fields: ['Pants'],
      unknown: true,
    });
    expect(dead).toBeUndefined();
    expect(mailbox.fields).toEqual(waiting.fields);
  });

  it('takes a cookie with it, so that it does not ask for a call for ever', () => {
    const cookies = { c: { order: order(0) } };
    const { mailbox } = settled(refusedLead, { ...waiting, cookies });
    expect(hasPending(mailbox)).toBe(false);
  });

  it('of the lead holds the same content back, for longer each time, and none that is new', () => {
    const days = (refusals: number): number => {
      const { fields } = settled(refusedLead, { ...waiting, refusals }).mailbox;
      return ((fields.Plan?.aside?.until ?? 0) - at(5)) / 86_400_000;
    };
    expect([0, 1, 2, 3, 4, 5, 90].map(days)).toEqual([1, 2, 4, 8, 16, 30, 30]);
    const { mailbox } = settled(refusedLead);
    const pending = (value: string, seconds: number): boolean =>
      withValues(mailbox, seconds, { Plan: value }).fields.Plan?.value !== undefined;
    expect([pending('pro', 3_600), pending('basic', 3_600)]).toEqual([false, true]);
    expect(pending('pro', 86_400 + 6)).toBe(true);
    expect(settled({ kind: 'synced' }, { ...waiting, refusals: 3 }).mailbox).not.toHaveProperty(
      'refusals',
    );
  });

  it('that names nothing gives up nothing yet: the next call carries half of the values', () => {
    const { mailbox, dead } = settled({ kind: 'refused', because: 'no', own: true });
    expect(dead).toBeUndefined();
    expect(mailbox.fields).toEqual(waiting.fields);
    expect(locked(mailbox).snapshot.fields).toHaveLength(1);
  });
});
