import { expect, it } from 'vitest';
import { digestOf, leadIdOf } from '../../lambdas/digest.ts';
import { leaveOut } from '../../lambdas/lead/leaveOut.ts';
import { lock } from '../../lambdas/lead/lock.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import { absorbFields } from '../../lambdas/lead/registers.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import type { KnownFields } from '../../lambdas/lead/leaveOut.ts';
import type { FieldValue, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import { at, context, order } from '../support/mailboxes.ts';

const jane = 'jane@example.com';
const aged = (mailbox: Mailbox, seconds: number, value: FieldValue): Mailbox => {
  const incoming = [{ name: 'Age', value, order: order(seconds) }];
  return { ...mailbox, fields: absorbFields(mailbox.fields, incoming, context(seconds)).fields };
};
const numbersOnly: KnownFields = {
  fieldNamed: (name) => name,
  objectionTo: (_, value) => (typeof value === 'number' ? undefined : { because: 'no number' }),
  unknownFields: 'skip',
  until: at(3_600),
};
const anything: KnownFields = { ...numbersOnly, objectionTo: () => undefined };

it('a value left out again during a call of an older one may still go out', () => {
  const first = aged(emptyMailbox(jane, order(0)), 0, 'older than that');
  const left = leaveOut(first, numbersOnly, digestOf).mailbox;
  const { mailbox, snapshot } = lock(aged(left, 1, 42), { owner: 'me', lockedUntil: at(130) });
  const again = aged(mailbox, 2, 'older than that');
  const settled = settle(
    again,
    snapshot,
    { kind: 'synced' },
    {
      lead: leadIdOf(jane),
      now: at(5),
      callSize: 1,
      random: 0.5,
      digestOf,
      doneActivities: 500,
      timing: leadTiming,
    },
  );
  const { Age } = settled?.mailbox.fields ?? {};
  expect(Age).toMatchObject({ digest: digestOf(42), aside: { value: 'older than that' } });
  if (settled === undefined) return;
  const taken = leaveOut(settled.mailbox, anything, digestOf).mailbox;
  expect(taken.fields.Age).toMatchObject({ order: order(2), value: 'older than that' });
});
