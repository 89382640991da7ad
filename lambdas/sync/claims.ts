import { keyIdOf } from '../digest.ts';
import { emptyKey } from '../lead/keys.ts';
import type { LeadId } from '../lead/types.ts';
import type { Store } from '../store/leadStore.ts';

/** Why a cookie does not go to Marketo with this lead. */
export const claimedElsewhere =
  'this cookie went to Marketo with another lead, or names another one now';

/**
 * SOAP matches a lead by its cookie before it looks at the e-mail, so a cookie that once went out
 * with one lead would rename that lead if it went out with another. The first lead that a cookie is
 * sent with claims it, for as long as the key lives. Resolves to whether it may go with this one.
 */
export const createClaims =
  (store: Store) =>
  async (token: string, lead: LeadId): Promise<boolean> => {
    const key = keyIdOf('cookie', token);
    for (;;) {
      const loaded = (await store.keys([key])).get(key) ?? {};
      const item = loaded.state ?? emptyKey;
      if (item.link !== undefined && item.link.lead !== lead) return false;
      if (item.claimedBy !== undefined) return item.claimedBy === lead;
      if (await store.saveKey(key, loaded, { ...item, claimedBy: lead })) return true;
    }
  };

export type Claim = ReturnType<typeof createClaims>;
