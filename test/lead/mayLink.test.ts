import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayFollow, mayLink, mayWrite } from '../../lambdas/lead/mayLink.ts';
import type { SourceKind } from '../../lambdas/segment/source.ts';

const kind = fc.constantFrom<SourceKind>('server', 'browser');

/** What a source says of one userId: traits, an e-mail to link it to, or both. */
const statement = fc.record({
  by: kind,
  trait: fc.option(fc.nat(1_000), { nil: undefined }),
  lead: fc.option(fc.constantFrom('victim', 'stranger'), { nil: undefined }),
});
type Statement = typeof statement extends fc.Arbitrary<infer T> ? T : never;

/** A small absorb: one userId, its link, what it holds, and what reached which lead. */
const absorb = (statements: readonly Statement[]) => {
  let link: { readonly lead: string; readonly by: SourceKind } | undefined;
  let held: readonly Statement[] = [];
  const delivered: { readonly lead: string; readonly said: Statement }[] = [];
  for (const one of statements) {
    if (one.lead !== undefined && mayLink('userId', link, one.by))
      link = { lead: one.lead, by: one.by };
    if (one.trait !== undefined) held = [...held, one];
    const to = link;
    if (!to) continue;
    for (const said of held) if (mayFollow(said, to)) delivered.push({ lead: to.lead, said });
    held = held.filter((said) => !mayFollow(said, to));
  }
  return { link, held, delivered };
};

const withoutBrowsers = (statements: readonly Statement[]) =>
  statements.filter(({ by }) => by === 'server');

describe('a browser key', () => {
  it('moves nothing that a server key said, whatever it says and whenever', () => {
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        const ofServers = ({ delivered }: ReturnType<typeof absorb>) =>
          delivered.filter(({ said }) => said.by === 'server');
        expect(ofServers(absorb(statements))).toEqual(
          ofServers(absorb(withoutBrowsers(statements))),
        );
      }),
    );
  });

  it('leaves a link alone that a server key has made', () => {
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        const { link } = absorb(withoutBrowsers(statements));
        if (link) expect(absorb(statements).link).toEqual(link);
      }),
    );
  });

  it('cannot redirect the traits that a server key holds for want of an e-mail', () => {
    const { held, delivered, link } = absorb([
      { by: 'server', trait: 17, lead: undefined },
      { by: 'browser', trait: undefined, lead: 'stranger' },
    ]);
    expect([held.length, delivered, link?.lead]).toEqual([1, [], 'stranger']);
    expect(
      absorb([
        { by: 'server', trait: 17, lead: undefined },
        { by: 'browser', trait: undefined, lead: 'stranger' },
        { by: 'server', trait: undefined, lead: 'victim' },
      ]).delivered,
    ).toMatchObject([{ lead: 'victim', said: { trait: 17 } }]);
  });

  it('may link the keys of its own page, and what no server key has linked', () => {
    for (const key of ['anonymousId', 'cookie'] as const)
      expect(mayLink(key, { by: 'server' }, 'browser')).toBe(true);
    for (const key of ['userId', 'email'] as const) {
      expect(mayLink(key, undefined, 'browser')).toBe(true);
      expect(mayLink(key, { by: 'browser' }, 'browser')).toBe(true);
      expect(mayLink(key, { by: 'server' }, 'browser')).toBe(false);
    }
  });

  it('writes no field that is reserved for servers', () => {
    const reserved = new Set(['LeadScore']);
    expect(mayWrite('LeadScore', 'browser', reserved)).toBe(false);
    expect(mayWrite('LeadScore', 'server', reserved)).toBe(true);
    expect(mayWrite('City', 'browser', reserved)).toBe(true);
  });
});

describe('where nobody has a server key', () => {
  it('everything goes as it did before keys had kinds', () => {
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        const all = statements.map((one) => ({ ...one, by: 'browser' as const }));
        const { held, link, delivered } = absorb(all);
        const traits = all.filter(({ trait }) => trait !== undefined).length;
        expect(link?.lead).toBe(all.findLast(({ lead }) => lead !== undefined)?.lead);
        expect(delivered).toHaveLength(link ? traits - held.length : 0);
      }),
    );
  });

  it('what was written before kinds is believed, and may be changed as before', () => {
    expect(mayLink('userId', {}, 'browser')).toBe(true);
    expect(mayFollow({}, { by: 'browser' })).toBe(true);
    expect(mayFollow({ by: 'server' }, {})).toBe(true);
    expect(mayFollow({ by: 'server' }, { by: 'browser' })).toBe(false);
  });
});
