import type { SequenceKey } from '../segment/order.ts';
import type { SourceKind } from '../segment/source.ts';
import type { Address } from './leadTypes.ts';

/*
 * The e-mail of a lead is two registers, one of server keys and one of browser keys. The first comes before the
 * other, however late either is written; a deletion takes of each what is older.
 */

/** The e-mail after an event that names it, whichever of them comes first. */
export const addressAfter = (
  address: Address,
  said: Pick<Address, 'text' | 'order'>,
  by: SourceKind | undefined,
): Address => {
  const { page } = address;
  const isServers = address.by === 'server';
  if (by === 'server') {
    if (isServers && said.order <= address.order) return address;
    const latest = isServers ? page : address;
    const isLater = latest !== undefined && latest.text !== '' && latest.order > said.order;
    const { text = '', order = said.order } = latest ?? {};
    return { ...said, by, ...(isLater && { page: { text, order } }) };
  }
  if (said.order <= (page ?? address).order) return address;
  return isServers ? { ...address, page: said } : said;
};

/** What of an e-mail was named since a deletion; none where nobody has named one. */
export const addressSince = (address: Address, order: SequenceKey): Address | undefined =>
  [address, address.page].find((one) => one !== undefined && one.order >= order);
