import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, leadIdOf, shortHashOf } from '../../lambdas/digest.ts';
import { importedSnapshot, importRowOf } from '../../lambdas/lead/importRow.ts';
import { lock } from '../../lambdas/lead/lock.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import { absorbFields } from '../../lambdas/lead/registers.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import { importTiming, leadTiming } from '../../lambdas/limits.ts';
import { at, order } from '../support/mailboxes.ts';

const email = 'jane@example.com';
const lead = leadIdOf(email);
const described = { now: at(0), resendUnchangedAfterMs: 86_400_000, digestOf };
const settling = {
  lead,
  now: at(600),
  callSize: 1,
  random: 0.5,
  digestOf,
  doneActivities: 10,
  timing: leadTiming,
};
const call = { owner: 'import-1', lockedUntil: at(importTiming.leaseMs / 1_000) };

const names = ['Plan', 'Title', 'City'] as const;
const said = fc.record({
  name: fc.constantFrom(...names),
  value: fc.constantFrom('a', 'b', 'c'),
  order: fc.integer({ min: 0, max: 500 }).map((seconds) => order(seconds)),
});

const holding = (
  all: readonly { name: string; value: string; order: ReturnType<typeof order> }[],
) =>
  ({
    ...emptyMailbox(email, order(0)),
    fields: absorbFields({}, all, described).fields,
  }) as Mailbox;

describe('a row of an import', () => {
  it('says no e-mail and no value', () => {
    const { snapshot } = lock(holding([{ name: 'Plan', value: 'secret', order: order(1) }]), call);
    const text = JSON.stringify(importRowOf(lead, snapshot, shortHashOf(email), digestOf));
    expect(text).not.toContain('jane');
    expect(text).not.toContain('secret');
    expect(Buffer.byteLength(text)).toBeLessThan(200);
  });

  it('is the snapshot of its lead again, where nothing came meanwhile', () => {
    fc.assert(
      fc.property(fc.array(said, { minLength: 1 }), (events) => {
        const { mailbox, snapshot } = lock(holding(events), call);
        const row = importRowOf(lead, snapshot, 'key', digestOf);
        expect(importedSnapshot(mailbox, row, call.owner, digestOf)).toEqual(snapshot);
      }),
    );
  });

  it('leaves pending whatever a later event says while the job is at work, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(said, { minLength: 1 }), fc.array(said), (before, meanwhile) => {
        const { mailbox, snapshot } = lock(holding(before), call);
        const row = importRowOf(lead, snapshot, 'key', digestOf);
        const { fields } = absorbFields(mailbox.fields, meanwhile, described);
        const now = { ...mailbox, fields };
        const sent = importedSnapshot(now, row, call.owner, digestOf);
        const settled = settle(now, sent, { kind: 'synced' }, settling)?.mailbox;
        const all = absorbFields(holding(before).fields, meanwhile, described).fields;
        for (const name of names) {
          const winner = all[name];
          const went = snapshot.fields.find((field) => field.name === name);
          const isNews = winner !== undefined && winner.order !== went?.order;
          // It is pending exactly where what went is not the winner.
          expect(settled?.fields[name]?.value).toEqual(isNews ? winner.value : undefined);
        }
        expect(settled?.owner).toBeUndefined();
        expect(settled?.lockedUntil).toBe(settling.now + leadTiming.lockMs);
      }),
    );
  });

  it('tells a new e-mail afterwards, where one came meanwhile', () => {
    const { mailbox, snapshot } = lock(
      holding([{ name: 'Plan', value: 'pro', order: order(1) }]),
      call,
    );
    const row = importRowOf(lead, snapshot, 'key', digestOf);
    const renamed = { ...mailbox, address: { text: 'jane@new.example', order: order(2) } };
    const sent = importedSnapshot(renamed, row, call.owner, digestOf);
    const after = settle(renamed, sent, { kind: 'synced' }, settling)?.mailbox;
    expect(after?.renamed).toBe(true);
    expect(after?.fields['Email']?.value).toBe('jane@new.example');
  });
});
