import type { SequenceKey } from '../segment/order.ts';
import type { KeyId, IdentityRecord, KeyPageId, LeadId, Mailbox } from './leadTypes.ts';

/*
 * What a deletion has to find may be more than an item can list: a stranger can name a person under any
 * number of keys. So the earlier half of a long list goes to a page, an item of its own, and so does the
 * earlier half of a long list of pages. Nothing is ever dropped.
 */

/** An item that lists keys of a lead, leads that a userId has named, or such pages. */
export interface Page {
  readonly keys?: readonly KeyId[];
  /** With the time when each was named last. */
  readonly leads?: Readonly<Record<LeadId, SequenceKey>>;
  readonly pages?: readonly KeyPageId[];
}

/** A page that is to be written before the item that names it. */
export interface NamedPage {
  readonly id: KeyPageId;
  readonly page: Page;
}

type PageIdOf = (page: Page) => KeyPageId;

/** A list's earlier part, and the later one that stays; so the list grows for a while before the next page. */
const parted = <T>(all: readonly T[], most: number): readonly [readonly T[], readonly T[]] => {
  const first = all.length - Math.floor(most / 2);
  return [all.slice(0, first), all.slice(first)];
};

const withPage = (
  pages: readonly KeyPageId[],
  page: Page,
  most: number,
  pageIdOf: PageIdOf,
): { readonly pages: readonly KeyPageId[]; readonly written: readonly NamedPage[] } => {
  const one = { id: pageIdOf(page), page };
  const all = [...pages.filter((id) => id !== one.id), one.id];
  if (all.length <= most) return { pages: all, written: [one] };
  const [earlier, later] = parted(all, most);
  const outer = { id: pageIdOf({ pages: earlier }), page: { pages: earlier } };
  return { pages: [outer.id, ...later], written: [one, outer] };
};

/** A mailbox that lists at most so many keys and pages itself, the latest. */
export const withKeyPages = (
  mailbox: Mailbox,
  most: { readonly keys: number; readonly keyPages: number },
  pageIdOf: PageIdOf,
): { readonly mailbox: Mailbox; readonly written: readonly NamedPage[] } => {
  const { keys: all = [], keyPages = [] } = mailbox;
  if (all.length <= most.keys) return { mailbox, written: [] };
  const [earlier, keys] = parted(all, most.keys);
  const { pages, written } = withPage(keyPages, { keys: earlier }, most.keyPages, pageIdOf);
  return { mailbox: { ...mailbox, keys, keyPages: pages }, written };
};

/** A userId's key that lists at most so many leads and pages itself, those that it named last. */
export const withLeadPages = (
  key: IdentityRecord,
  most: { readonly leads: number; readonly keyPages: number },
  pageIdOf: PageIdOf,
): { readonly key: IdentityRecord; readonly written: readonly NamedPage[] } => {
  const all = Object.entries(key.leads ?? {});
  if (all.length <= most.leads) return { key, written: [] };
  const [earlier, later] = parted(
    all.toSorted(([, one], [, other]) => (one < other ? -1 : 1)),
    most.leads,
  );
  const page = { leads: Object.fromEntries(earlier) };
  const { pages, written } = withPage(key.leadPages ?? [], page, most.keyPages, pageIdOf);
  return { key: { ...key, leads: Object.fromEntries(later), leadPages: pages }, written };
};
