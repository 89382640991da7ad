import { useEffect, useState } from 'preact/hooks';

/** A page of the console. What is in an address are hashed ids only. */
export type Route =
  | { readonly page: 'flow' | 'preview' | 'budget' | 'dead' | 'nowhere' }
  | { readonly page: 'lead'; readonly who: { readonly lead: string } | { readonly key: string } }
  | { readonly page: 'event'; readonly message: string };

/** The page that the part of an address behind its `#` names. */
const routeOf = (hash: string): Route => {
  const [page = '', id = '', ...rest] = hash.replace(/^#?\/?/, '').split('/');
  if (rest.length > 0) return { page: 'nowhere' };
  if (page === '' && id === '') return { page: 'flow' };
  if ((page === 'preview' || page === 'budget' || page === 'dead') && id === '') return { page };
  if (page === 'lead' && id !== '') return { page, who: { lead: id } };
  if (page === 'key' && id !== '') return { page: 'lead', who: { key: id } };
  if (page === 'event' && id !== '') return { page, message: id };
  return { page: 'nowhere' };
};

export const hrefOf = {
  flow: '#/',
  preview: '#/preview',
  budget: '#/budget',
  dead: '#/dead',
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
