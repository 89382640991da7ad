import type { EventView, LeadView, Which, Who } from '../../views.ts';
import { ask, AskError } from './api.ts';
import { hrefOf } from './route.ts';

/** What a text in the search field is. */
export type Kind = 'anything' | 'email' | 'userId' | 'anonymousId' | 'cookie' | 'messageId';

export const kinds: Readonly<Record<Kind, string>> = {
  anything: 'Any',
  email: 'E-mail',
  userId: 'userId',
  anonymousId: 'anonymousId',
  cookie: 'Cookie',
  messageId: 'messageId',
};

type Try = { readonly kind: Kind } & ({ readonly who: Who } | { readonly which: Which });

/** The token in a Munchkin cookie, however much of the cookie somebody copied. */
const tokenIn = (text: string): string => /token(?::|%3A)([^&;\s]+)/i.exec(text)?.[1] ?? text;

const tryAs = (kind: Exclude<Kind, 'anything'>, text: string): Try => {
  switch (kind) {
    case 'email':
      return { kind, who: { email: text } };
    case 'userId':
      return { kind, who: { userId: text } };
    case 'anonymousId':
      return { kind, who: { anonymousId: text } };
    case 'cookie':
      return { kind, who: { cookie: tokenIn(text) } };
    case 'messageId':
      return { kind, which: { messageId: text } };
  }
};

/** What a text may be, the likeliest first. */
const triesOf = (kind: Kind, text: string): readonly Try[] => {
  if (kind !== 'anything') return [tryAs(kind, text)];
  if (text.includes('_mch-')) return [tryAs('cookie', text)];
  // The hashes that pages, lines and dead letters show.
  if (/^[\w-]{43}$/.test(text))
    return [
      { kind, who: { lead: text } },
      { kind, who: { key: text } },
    ];
  const hashed: readonly Try[] = /^[\w-]{11}$/.test(text)
    ? [{ kind, which: { message: text } }]
    : [];
  const others = (['userId', 'anonymousId', 'messageId'] as const).map((one) => tryAs(one, text));
  return /^\S+@\S+\.\S+$/.test(text) ? [tryAs('email', text), ...others] : [...others, ...hashed];
};

const hrefOfLead = ({ lead, key }: LeadView): string | undefined => {
  if (lead !== undefined) return hrefOf.lead(lead);
  return key === undefined ? undefined : hrefOf.key(key);
};

const lookFor = async (one: Try): Promise<string | undefined> => {
  try {
    if ('who' in one) return hrefOfLead(await ask<LeadView>('lead', one.who));
    return hrefOf.event((await ask<EventView>('event', one.which)).message);
  } catch (error) {
    if (error instanceof AskError && error.code === 'not-found') return undefined;
    throw error;
  }
};

/**
 * The address of the page about whoever or whatever that is; undefined where nothing is known of it.
 * @throws AskError
 */
export const find = async (kind: Kind, text: string): Promise<string | undefined> => {
  for (const one of triesOf(kind, text)) {
    const href = await lookFor(one);
    if (href !== undefined) return href;
  }
  return undefined;
};
