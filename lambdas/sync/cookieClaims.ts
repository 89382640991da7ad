import { keyIdOf } from '../digest.ts';
import type { Logger } from '../delivery.ts';
import { emptyKey } from '../lead/keys.ts';
import { pendingCookie } from '../lead/mailbox.ts';
import type { LeadId } from '../lead/leadTypes.ts';
import type { Store } from '../store/leadStore.ts';
import { concurrently } from '../concurrently.ts';
import type { ReadyLead } from './callPlan.ts';

/** Why a cookie does not go to Marketo with this lead. */
const claimedElsewhere = 'this cookie went to Marketo with another lead, or names another one now';

/**
 * SOAP matches a lead by its cookie before it looks at the e-mail, so a cookie that once went out
 * with one lead would rename that lead if it went out with another. The first lead that a cookie is
 * sent with claims it, for as long as the key lives.
 */
export class CookieClaims {
  private readonly ports: { readonly store: Store; readonly logger: Logger };

  constructor(ports: CookieClaims['ports']) {
    this.ports = ports;
  }

  /** Those of the leads whose next cookie is theirs; that of another is rejected, and the lead waits. */
  async claimAll(
    leads: readonly ReadyLead[],
    onFailure: (lead: ReadyLead, error: unknown) => void,
  ): Promise<readonly ReadyLead[]> {
    const claimed = await concurrently(leads, (one) => this.claimNext(one), onFailure);
    return claimed.filter((one) => one !== undefined);
  }

  private async claimNext(one: ReadyLead): Promise<ReadyLead | undefined> {
    const { store, logger } = this.ports;
    const { lead, loaded } = one;
    const token = pendingCookie(loaded.state);
    const cookie = token === undefined ? undefined : loaded.state.cookies[token];
    if (token === undefined || cookie === undefined) return one;
    if (await this.claim(token, lead)) return one;
    const cookies = { ...loaded.state.cookies, [token]: { ...cookie, aside: claimedElsewhere } };
    if (await store.saveLead(lead, loaded, { ...loaded.state, cookies }))
      logger.delivery({ step: 'refused', lead, because: claimedElsewhere });
    return undefined;
  }

  /** Resolves to whether the cookie may go with this lead. */
  private async claim(token: string, lead: LeadId): Promise<boolean> {
    const { store } = this.ports;
    const key = keyIdOf('cookie', token);
    for (;;) {
      const loaded = (await store.keys([key])).get(key) ?? {};
      const item = loaded.state ?? emptyKey;
      if (item.link !== undefined && item.link.lead !== lead) return false;
      if (item.claimedBy !== undefined) return item.claimedBy === lead;
      if (await store.saveKey(key, loaded, { ...item, claimedBy: lead })) return true;
    }
  }
}
