import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressAfter, addressSince } from '../../lambdas/lead/emailRegister.ts';
import type { Address } from '../../lambdas/lead/leadTypes.ts';
import type { SequenceKey } from '../../lambdas/segment/order.ts';
import { order } from '../support/mailboxes.ts';

const none: Address = { text: '', order: '' as SequenceKey };

interface Said {
  readonly text: string;
  readonly seconds: number;
  readonly by: 'server' | 'browser';
}

const after = (all: readonly Said[]): Address =>
  all.reduce(
    (address, { text, seconds, by }) => addressAfter(address, { text, order: order(seconds) }, by),
    none,
  );

const arbitrarySaid = fc.uniqueArray(
  fc.record({
    text: fc.constantFrom('jane@x.com', 'jill@x.com', 'june@x.com'),
    seconds: fc.integer({ min: 1, max: 40 }),
    by: fc.constantFrom('server' as const, 'browser' as const),
  }),
  { selector: ({ seconds }) => seconds, maxLength: 8 },
);

describe('the e-mail of a lead', () => {
  it('is what a server key said last, else what a browser key did', () => {
    expect(
      after([
        { text: 'jane@x.com', seconds: 5, by: 'server' },
        { text: 'jill@x.com', seconds: 9, by: 'browser' },
      ]),
    ).toMatchObject({ text: 'jane@x.com', by: 'server' });
  });

  it('is the same in whatever order events come, and however often', () => {
    fc.assert(
      fc.property(arbitrarySaid, fc.func(fc.integer()), (all, shuffle) => {
        const other = all.toSorted((a, b) => shuffle(a.seconds) - shuffle(b.seconds));
        expect(after([...other, ...all])).toEqual(after(all));
      }),
    );
  });

  it('is after a deletion what it would be without the events before', () => {
    fc.assert(
      fc.property(arbitrarySaid, fc.integer({ min: 0, max: 41 }), (all, seconds) => {
        const since = all.filter((one) => one.seconds >= seconds);
        const left = since.length === 0 ? undefined : after(since);
        expect(addressSince(after(all), order(seconds))).toEqual(left);
      }),
    );
  });
});
