import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent, States } from '../../lambdas/lead/absorb.ts';
import { absorb } from '../../lambdas/lead/absorb.ts';
import type { SourceKind } from '../../lambdas/segment/source.ts';
import { normalized, context, noStates } from '../support/mailboxes.ts';

const [victim, stranger] = ['victim@example.com', 'stranger@example.com'];
const user = keyIdOf('userId', 'victim-17');

const by = (kind: SourceKind, seconds: number, more: object): NormalizedEvent => ({
  ...normalized(seconds, { userId: 'victim-17', ...more }),
  by: kind,
});
const all = (
  normalizedEvents: readonly NormalizedEvent[],
  emailChange: 'rename' | 'newLead' = 'rename',
): ReturnType<typeof absorb> => absorb(noStates, normalizedEvents, context(100, { emailChange }));

const fieldsOf = ({ leads }: States, email: string) =>
  Object.keys(leads.get(leadIdOf(email))?.fields ?? {}).filter((name) => name !== 'Email');

describe('what a server key says of a userId', () => {
  const traits = by('server', 1, { fields: { Secret: 'x' } });
  const attack = by('browser', 2, { email: stranger, fields: { Plan: 'free' } });

  it.each([
    ['held before a browser key names an e-mail', [traits, attack]],
    ['sent after a browser key has named one', [attack, traits]],
    ['sent after that, and once more', [attack, traits, attack, traits]],
  ])('waits for a server key, %s', (_, normalizedEvents) => {
    const { states } = all(normalizedEvents);
    expect(states.keys.get(user)?.fields).toHaveProperty('Secret');
    expect(states.keys.get(user)?.link).toBeUndefined();
    expect(fieldsOf(states, stranger)).toEqual(['Plan']);
    const after = absorb(states, [by('server', 3, { email: victim })], context(100)).states;
    expect(fieldsOf(after, victim)).toEqual(['Secret']);
    expect(after.keys.get(user)).toMatchObject({ fields: {}, link: { by: 'server' } });
  });

  it('is told to whoever asks why the link is not made', () => {
    expect(all([traits, attack]).absorbed[1]).toMatchObject({ isLinkRefused: true });
    expect(all([attack]).absorbed[0]).not.toHaveProperty('isLinkRefused');
  });

  it('renames nobody because a browser key says so, by userId or by cookie', () => {
    const { states } = all([
      by('server', 1, { email: victim, fields: { Secret: 'x' } }),
      by('browser', 2, { cookie: 'c' }),
      by('browser', 3, { cookie: 'c', email: victim }),
      by('browser', 4, { email: stranger }),
      { ...normalized(5, { cookie: 'c', email: stranger }), by: 'browser' },
    ]);
    expect(states.leads.get(leadIdOf(victim))?.address).toMatchObject({ text: victim });
    expect(fieldsOf(states, stranger)).toEqual([]);
    expect(states.leads.get(leadIdOf(stranger))?.alias).toBeUndefined();
    expect(states.keys.get(user)?.link).toMatchObject({ email: victim, by: 'server' });
  });

  it('follows a link of version 0.1, of which nobody knows who made it', () => {
    const { states } = all([normalized(1, { userId: 'victim-17', email: victim })]);
    const keys = new Map(states.keys);
    const { link } = keys.get(user) ?? {};
    if (link)
      keys.set(user, { fields: {}, cookies: {}, link: { ...link, by: undefined } as never });
    const after = absorb({ ...states, keys }, [traits], context(100)).states;
    expect(fieldsOf(after, victim)).toEqual(['Secret']);
  });
});

describe('whatever browser keys say, in whatever order all of it comes,', () => {
  const statement = fc.record({
    by: fc.constantFrom<SourceKind>('server', 'browser'),
    email: fc.option(fc.constantFrom(victim, stranger), { nil: undefined }),
    says: fc.boolean(),
  });
  const told = fc
    .array(statement, { maxLength: 8 })
    .map((all) =>
      all.map(({ by: kind, email, says }, second) =>
        by(kind, second, {
          ...(email !== undefined && { email }),
          ...(says && { fields: { [`${kind}${second}`]: 'x' } }),
        }),
      ),
    )
    .chain((normalizedEvents) =>
      fc.record({
        shuffled: fc.shuffledSubarray(normalizedEvents, { minLength: normalizedEvents.length }),
        again: fc.array(fc.nat(7), { maxLength: 3 }),
      }),
    );
  const isServers = ({ by: kind }: NormalizedEvent): boolean => kind === 'server';
  const placesOf = ({ leads, keys }: States) =>
    [...leads, ...keys]
      .flatMap(([id, { fields }]) => Object.keys(fields).map((name) => `${name} at ${id}`))
      .filter((place) => place.startsWith('server'))
      .sort();

  it('what server keys said is where it would be without them, and so is the link', () => {
    fc.assert(
      fc.property(told, ({ shuffled, again }) => {
        const delivered = [...shuffled, ...again.flatMap((n) => shuffled[n] ?? [])];
        const { states } = all(delivered, 'newLead');
        const alone = all(delivered.filter(isServers), 'newLead').states;
        expect(placesOf(states)).toEqual(placesOf(alone));
        const link = alone.keys.get(user)?.link;
        if (link) expect(states.keys.get(user)?.link?.lead).toBe(link.lead);
      }),
      { numRuns: 500 },
    );
  });

  it('nothing that a server key said is at an e-mail that none has named', () => {
    fc.assert(
      fc.property(told, ({ shuffled }) => {
        const { states } = all(shuffled);
        const named = new Set(
          shuffled.filter(isServers).flatMap(({ keys }) => keys.named?.email ?? []),
        );
        for (const { address, fields } of states.leads.values())
          if (address.text !== '' && !named.has(address.text))
            expect(Object.keys(fields).filter((name) => name.startsWith('server'))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
