import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { EventKeys } from '../../lambdas/lead/identity.ts';
import { resolve, withAliases, withLeadsOf } from '../../lambdas/lead/identity.ts';
import { aliasOf } from '../../lambdas/lead/mailbox.ts';
import type { KeyId, IdentityRecord, Link } from '../../lambdas/lead/leadTypes.ts';
import { order } from '../support/mailboxes.ts';

const named = (email: string) => ({ lead: leadIdOf(email), email });
const [jane, joe] = [named('jane@example.com'), named('joe@example.com')];
const cookie = keyIdOf('cookie', 'c');
const userId = keyIdOf('userId', 'u');
const anonymousId = keyIdOf('anonymousId', 'a');
const all = { cookie, userId, anonymousId };
const link: Link = { ...joe, order: order(3), before: jane };
const resolved = (keys: EventKeys, links: Readonly<Record<KeyId, Link>> = {}, seconds = 5) =>
  resolve(keys, order(seconds), (key): IdentityRecord | undefined => {
    const found = links[key];
    return found && { fields: {}, cookies: {}, link: found };
  });

describe('the links of an event', () => {
  const firm = (...keys: readonly KeyId[]) => keys.map((key) => ({ key, firm: true }));
  const gaps = (...keys: readonly KeyId[]) => keys.map((key) => ({ key, firm: false }));

  it('are all the keys that it has, where it names an e-mail', () => {
    expect(resolved({ ...all, named: jane })).toEqual({
      ...jane,
      links: firm(cookie, userId, anonymousId),
    });
    expect(resolved({ userId, named: jane })?.links).toEqual(firm(userId));
    expect(resolved({ ...all, userIdNamed: jane })?.links).toEqual(
      firm(cookie, userId, anonymousId),
    );
  });

  it('fill the gaps of the device, and of no userId, where a key finds the lead', () => {
    expect(resolved(all, { [cookie]: link })).toEqual({ ...joe, links: gaps(anonymousId) });
    expect(resolved(all, { [userId]: link })).toEqual({ ...joe, links: gaps(cookie, anonymousId) });
    expect(resolved(all, { [anonymousId]: link })).toEqual({ ...joe, links: gaps(cookie) });
    expect(resolved({ userId }, { [userId]: link })).toEqual({ ...joe, links: [] });
    expect(resolved({ anonymousId }, { [anonymousId]: link })).toEqual({ ...joe, links: [] });
  });

  it('are none where there is only a hint, and nobody is found without any', () => {
    expect(resolved({ ...all, hint: jane })).toEqual({ ...jane, links: [], hinted: true });
    expect(resolved(all)).toBeUndefined();
    expect(resolved({})).toBeUndefined();
  });
});

it('a key names whom it named at the time of the event, the event of the change included', () => {
  const leadAt = (seconds: number) => resolved({ userId }, { [userId]: link }, seconds)?.lead;
  expect([leadAt(2), leadAt(3), leadAt(4)]).toEqual([jane.lead, joe.lead, joe.lead]);
});

describe('an e-mail whose lead was deleted and is an alias by now', () => {
  const jack = named('jack@example.com');
  const leads = new Map([
    [joe.lead, aliasOf(jane.lead, order(1))],
    [jane.lead, { ...aliasOf(jack.lead, order(6)), deleted: order(4) }],
  ]);

  it('names the lead at the end, and before the deletion the one of that time', () => {
    const leadAt = (seconds: number) =>
      withAliases({ named: joe }, order(seconds), leads, (lead) => leads.get(lead)?.deleted).named
        ?.lead;
    expect([leadAt(5), leadAt(3)]).toEqual([jack.lead, jane.lead]);
  });

  it('is followed from a key, too', () => {
    const key = { fields: {}, cookies: {}, link: { ...joe, order: order(2) } };
    expect(withLeadsOf(key, (lead) => leads.get(lead)).link?.lead).toBe(jack.lead);
  });
});
