import { describe, expect, it } from 'vitest';
import { digestOf, leadIdOf } from '../../lambdas/digest.ts';
import { keyOf } from '../../lambdas/lead/activities.ts';
import { tooMuch } from '../../lambdas/lead/itemSize.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import { eventsIn, redrive } from '../../lambdas/lead/redrive.ts';
import type { DeadLetter, Field, FieldValue, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { leadLimits } from '../../lambdas/limits.ts';
import { activityAt, at, context, order } from '../support/mailboxes.ts';

const jane = 'jane@example.com';
const empty = emptyMailbox(jane, order(0));
const because = 'no such field';
const refusal = { because, digest: digestOf('pro') };
const plan = (seconds: number, value: FieldValue = 'pro'): DeadLetter => ({
  because,
  lead: leadIdOf(jane),
  fields: [{ name: 'Plan', value, order: order(seconds) }],
});

const revived = (mailbox: Mailbox, deadLetter: DeadLetter) => {
  const revival = redrive(mailbox, deadLetter, 'mark', { ...context(100), limits: leadLimits });
  if (!revival) throw new Error('no room');
  return revival;
};
/** What comes of a letter that says `Plan: pro` as of this second. */
const planAfter = (present: Field, seconds: number, value?: FieldValue) => {
  const deadLetter = plan(seconds, value);
  const { mailbox, back, superseded, known } = revived(
    { ...empty, fields: { Plan: present } },
    deadLetter,
  );
  return { field: mailbox.fields.Plan, back, superseded, known, fields: deadLetter.fields };
};

describe('a dead letter that goes back', () => {
  it('is noted by its mark, and the second time nothing is told of it', () => {
    const { mailbox } = revived(empty, plan(0));
    expect(mailbox.revived).toEqual(['mark']);
    expect(revived(mailbox, plan(0))).toEqual({
      mailbox,
      back: [],
      backActivities: [],
      superseded: [],
      known: 0,
      isAgain: true,
    });
  });

  it('takes the cookies along that were given up with it, and no others', () => {
    const cookies = {
      mine: { order: order(0), aside: because },
      other: { order: order(0), aside: 'another reason' },
    };
    expect(revived({ ...empty, cookies }, plan(0)).mailbox.cookies).toEqual({
      mine: { order: order(0) },
      other: cookies.other,
    });
  });

  it('without activities brings none back', () => {
    expect(revived(empty, plan(0)).backActivities).toEqual([]);
  });
});

describe('a value that goes back', () => {
  it('is known where Marketo got it from the same event', () => {
    const present = { order: order(0), digest: digestOf('pro'), sentAt: at(20) };
    expect(planAfter(present, 0)).toMatchObject({ field: present, back: [], known: 1 });
  });

  it('leaves alone what stands against another value of a later event', () => {
    const present = { order: order(10), aside: refusal };
    const { field, superseded, fields } = planAfter(present, 0, 'basic');
    expect([field, superseded]).toEqual([present, fields]);
  });

  it('waits at its own place where an earlier event said the same and was refused', () => {
    const { field, back, fields } = planAfter({ order: order(0), aside: refusal }, 30);
    expect([field, back]).toEqual([{ order: order(30), value: 'pro' }, fields]);
  });

  it('is superseded where the last word is what Marketo has, said again', () => {
    const present = {
      order: order(20),
      digest: digestOf('basic'),
      sentAt: at(5),
      aside: refusal,
    };
    const { field, back, superseded, fields } = planAfter(present, 10);
    expect([back, superseded]).toEqual([[], fields]);
    expect(field).toEqual({ order: order(20), digest: digestOf('basic'), sentAt: at(5) });
  });

  it('that was left out as the last word goes at that place, whatever Marketo had before', () => {
    const left = { ...refusal, value: 'pro', order: order(30) };
    const present = { order: order(30), digest: digestOf('basic'), sentAt: at(5), aside: left };
    const { field, back, fields } = planAfter(present, 0);
    expect(back).toEqual(fields);
    expect(field).toEqual({
      order: order(30),
      value: 'pro',
      digest: digestOf('basic'),
      sentAt: at(5),
    });
  });

  it('that was left out before the last word is superseded', () => {
    const left = { ...refusal, value: 'pro', order: order(30) };
    const { field, back, superseded, fields } = planAfter({ order: order(40), aside: left }, 0);
    expect([back, superseded]).toEqual([[], fields]);
    expect(field).toEqual({ order: order(40) });
  });
});

describe('an activity that goes back', () => {
  const one = activityAt(order(1, 0, 'one'));
  const other = keyOf(activityAt(order(2, 0, 'other')));
  const deadLetter: DeadLetter = { because: 'no such type', fields: [], activities: [one] };

  it('waits in a mailbox that never had any', () => {
    const { mailbox, backActivities, known } = revived(empty, deadLetter);
    expect(mailbox.activities).toEqual({ pending: { [keyOf(one)]: one }, done: [] });
    expect([backActivities, known]).toEqual([[one], 0]);
  });

  it('is forgotten as done, and no other is', () => {
    const activities = { pending: {}, done: [keyOf(one), other] };
    const { mailbox } = revived({ ...empty, activities }, deadLetter);
    expect(mailbox.activities).toEqual({ pending: { [keyOf(one)]: one }, done: [other] });
  });

  it('counts as known where there was no room for it, and it came again since', () => {
    const two = activityAt(order(3, 0, 'two'));
    const activities = { pending: {}, done: [keyOf(one)] };
    const both = { ...deadLetter, because: tooMuch, activities: [one, two] };
    const { backActivities, known } = revived({ ...empty, activities }, both);
    expect([backActivities, known]).toEqual([[two], 1]);
  });
});

it('a dead letter without activities is taken apart into what its events said', () => {
  expect(eventsIn(plan(5))).toEqual([{ order: order(5), incoming: plan(5).fields }]);
});
