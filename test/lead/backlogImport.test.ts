import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importsFrom, mayBeImported } from '../../lambdas/lead/backlogImport.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { importLimits } from '../../lambdas/limits.ts';
import { order } from '../support/mailboxes.ts';

const { minRows, leadsPerCall } = importLimits;

describe('imports carry a backlog', () => {
  it('from where the calls that the day still has cannot', () => {
    fc.assert(
      fc.property(fc.nat({ max: 40_000 }), (callsLeft) => {
        const from = importsFrom({ callsLeft, isAsked: false, isOn: false }, importLimits);
        expect(from).toBeGreaterThan(callsLeft * leadsPerCall);
        expect(from).toBeGreaterThanOrEqual(minRows);
        expect(from).toBeLessThanOrEqual(Math.max(minRows, callsLeft * leadsPerCall + 1));
      }),
    );
  });

  it('from a file’s worth on where they have begun, or an operator asked for it', () => {
    for (const more of [
      { isAsked: true, isOn: false },
      { isAsked: false, isOn: true },
    ])
      expect(importsFrom({ callsLeft: 40_000, ...more }, importLimits)).toBe(minRows);
  });
});

const mailbox: Mailbox = {
  ...emptyMailbox('jane@example.com', order(0)),
  fields: { Plan: { order: order(1), value: 'pro' } },
};
const cookies = { 'c-1': { order: order(1) } };
const relation = { 'list:1001': { order: order(1), value: true } };

describe('a lead may be imported', () => {
  it('where a row says all that a call would say first', () => {
    expect(mayBeImported(mailbox)).toBe(true);
    // Marketo has it: what it has to say beside its fields goes afterwards.
    const known = { ...mailbox, marketoId: 7, cookies, fields: { ...mailbox.fields, ...relation } };
    expect(mayBeImported(known)).toBe(true);
  });

  it.each([
    ['has a cookie and is new, since no import tells its id', { cookies }],
    ['has a membership and is new', { fields: { ...mailbox.fields, ...relation } }],
    ['may be in Marketo under another e-mail', { formerEmails: ['j@example.com'] }],
    ['is a company', { company: 'acme' }],
    ['was refused for no value that is known', { narrowing: { suspects: ['Plan'] } }],
    ['was in a call that was refused', { callMost: 150 }],
    ['failed: a call says why', { attempts: 1 }],
  ])('but not where it %s', (_, more: Partial<Mailbox>) => {
    expect(mayBeImported({ ...mailbox, ...more })).toBe(false);
  });
});
