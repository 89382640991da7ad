import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import { emptyKey } from '../../lambdas/lead/keys.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { NamedPage, Page } from '../../lambdas/lead/pages.ts';
import { withKeyPages, withLeadPages } from '../../lambdas/lead/pages.ts';
import type { IdentityRecord, KeyPageId, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { order } from '../support/mailboxes.ts';

const most = { keys: 4, leads: 4, keyPages: 3 };
const pageIdOf = (page: Page): KeyPageId => hashOf(JSON.stringify(page)) as KeyPageId;
const keyOf = (n: number) => keyIdOf('anonymousId', String(n));
const leadOf = (n: number) => leadIdOf(`person-${n}@example.com`);

/** The pages that were written. */
const createShelf = () => {
  const shelf = new Map<KeyPageId, Page>();
  const put = (written: readonly NamedPage[]): void => {
    for (const { id, page } of written) shelf.set(id, page);
  };
  const all = (pages: readonly KeyPageId[] = []): readonly Page[] =>
    pages.flatMap((id) => {
      const page = shelf.get(id) ?? {};
      return [page, ...all(page.pages)];
    });
  return { put, all };
};

describe('of any number of keys', () => {
  it('a mailbox finds every one, and lists few itself', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500), { maxLength: 200 }), (numbers) => {
        const { put, all } = createShelf();
        let mailbox: Mailbox = emptyMailbox('jane@example.com', order(1));
        for (const n of numbers) {
          const given = { ...mailbox, keys: [...(mailbox.keys ?? []), keyOf(n)] };
          const { mailbox: next, written } = withKeyPages(given, most, pageIdOf);
          put(written);
          mailbox = next;
          expect(mailbox.keys?.length).toBeLessThanOrEqual(most.keys);
          expect(mailbox.keyPages?.length ?? 0).toBeLessThanOrEqual(most.keyPages);
        }
        const paged = all(mailbox.keyPages).flatMap(({ keys = [] }) => keys);
        expect(new Set([...paged, ...(mailbox.keys ?? [])])).toEqual(new Set(numbers.map(keyOf)));
      }),
    );
  });

  it('the latest stay in the mailbox', () => {
    const listing = (...numbers: readonly number[]): Mailbox => ({
      ...emptyMailbox('jane@example.com', order(1)),
      keys: numbers.map(keyOf),
    });
    expect(withKeyPages(listing(1, 2, 3, 4), most, pageIdOf).written).toEqual([]);
    const { mailbox, written } = withKeyPages(listing(1, 2, 3, 4, 5), most, pageIdOf);
    expect(mailbox.keys).toEqual([keyOf(4), keyOf(5)]);
    expect(written.map(({ page }) => page)).toEqual([{ keys: [1, 2, 3].map(keyOf) }]);
    expect(mailbox.keyPages).toEqual(written.map(({ id }) => id));
  });

  it('the same page is listed once', () => {
    const keys = [1, 2, 3, 4, 5].map(keyOf);
    const id = pageIdOf({ keys: keys.slice(0, 3) });
    const given = { ...emptyMailbox('jane@example.com', order(1)), keys, keyPages: [id] };
    expect(withKeyPages(given, most, pageIdOf).mailbox.keyPages).toEqual([id]);
  });

  it('pages of an item that lists too many, as version 0.1 did, are found through another page', () => {
    const keyPages = ['a', 'b', 'c', 'd', 'e'].map((id) => id as KeyPageId);
    const keys = [1, 2, 3, 4, 5].map(keyOf);
    const given = { ...emptyMailbox('jane@example.com', order(1)), keys, keyPages };
    const { mailbox, written } = withKeyPages(given, most, pageIdOf);
    expect(mailbox.keyPages).toHaveLength(2);
    expect(written.map(({ page }) => page)).toContainEqual({ pages: keyPages });
  });
});

it('of any number of leads that a userId named, its key finds each with its time, and lists the latest', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 150 }), (numbers) => {
      const { put, all } = createShelf();
      let key: IdentityRecord = emptyKey;
      const named = new Map<string, string>();
      for (const [second, n] of numbers.entries()) {
        named.set(leadOf(n), order(second));
        const given = { ...key, leads: { ...key.leads, [leadOf(n)]: order(second) } };
        const { key: next, written } = withLeadPages(given, most, pageIdOf);
        put(written);
        key = next;
        expect(Object.keys(key.leads ?? {}).length).toBeLessThanOrEqual(most.leads);
        expect(key.leads).toHaveProperty([leadOf(n)]);
        expect(key.leadPages?.length ?? 0).toBeLessThanOrEqual(most.keyPages);
      }
      const listed = [...all(key.leadPages).map(({ leads = {} }) => leads), key.leads ?? {}];
      for (const [lead, at] of named)
        expect(listed.flatMap((leads) => Object.entries(leads))).toContainEqual([lead, at]);
    }),
    { numRuns: 50 },
  );
});
