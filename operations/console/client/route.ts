import { useEffect, useState } from 'preact/hooks';

/** Pages that are their name alone. */
const plain = ['people', 'problems', 'preview', 'budget', 'dead', 'health'] as const;
type Plain = 'flow' | (typeof plain)[number];

/** A page of the console. What is in an address are hashed ids only. */
export type Route =
  | { readonly page: Plain | 'nowhere' }
  | { readonly page: 'lead'; readonly who: { readonly lead: string } | { readonly key: string } }
  | { readonly page: 'event'; readonly message: string }
  /** With the filter that the address names. */
  | { readonly page: 'events'; readonly address: string };

/** The page that the part of an address behind its `#` names. */
const routeOf = (hash: string): Route => {
  const [page = '', id = '', ...rest] = hash.replace(/^#?\/?/, '').split('/');
  if (rest.length > 0) return { page: 'nowhere' };
  if (page === '' && id === '') return { page: 'flow' };
  const named = plain.find((one) => one === page);
  if (named && id === '') return { page: named };
  if (page === 'events') return { page, address: id };
  if (page === 'lead' && id !== '') return { page, who: { lead: id } };
  if (page === 'key' && id !== '') return { page: 'lead', who: { key: id } };
  if (page === 'event' && id !== '') return { page, message: id };
  return { page: 'nowhere' };
};

export const hrefOf = {
  flow: '#/',
  events: (address = ''): string => (address === '' ? '#/events' : `#/events/${address}`),
  people: '#/people',
  problems: '#/problems',
  preview: '#/preview',
  budget: '#/budget',
  dead: '#/dead',
  health: '#/health',
  lead: (id: string): string => `#/lead/${id}`,
  key: (id: string): string => `#/key/${id}`,
  event: (message: string): string => `#/event/${message}`,
} as const;

/** The page of the present address. */
export const useRoute = (): Route => {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => {
      setHash(location.hash);
    };
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, []);
  return routeOf(hash);
};
