import { expect, it } from 'vitest';
import { digestOf, leadIdOf } from '../../lambdas/digest.ts';
import { lock } from '../../lambdas/lead/lock.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import { at, order } from '../support/mailboxes.ts';

const jane = 'jane@example.com';
const lead = leadIdOf(jane);
const because = 'something in this lead';
const waiting: Mailbox = {
  ...emptyMailbox(jane, order(0)),
  fields: {
    'list:1001': { order: order(1), value: true },
    'list:1002': { order: order(2), value: true },
  },
};
const call = { owner: 'me', lockedUntil: at(127), relations: ['list:1001'] };

it('a lead that Marketo refuses to make is given up with all relations that waited for it, and none that came during the call', () => {
  const { mailbox, snapshot } = lock(waiting, call);
  const verdict = { kind: 'refused', because, own: true, isOfLead: true } as const;
  const settledWith = (came: Mailbox['fields']) =>
    settle({ ...mailbox, fields: { ...mailbox.fields, ...came } }, snapshot, verdict, {
      lead,
      now: at(5),
      callSize: 1,
      random: 0.5,
      digestOf,
      doneActivities: 3,
      timing: leadTiming,
    });
  const first = settledWith({});
  expect(first?.dead?.fields.map(({ name }) => name)).toEqual(['list:1001', 'list:1002']);
  // Where the write loses its race against such an event, the same dead letter is written again.
  const again = settledWith({
    'list:1002': { order: order(3), value: false },
    'list:1003': { order: order(4), value: true },
  });
  expect(again?.dead).toEqual(first?.dead);
  expect(again?.mailbox.fields).toMatchObject({
    'list:1001': { aside: { because } },
    'list:1002': { value: false },
    'list:1003': { value: true },
  });
});
