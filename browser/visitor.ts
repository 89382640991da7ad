import { Because } from './log.ts';

/** The value of a cookie as the page has it; empty where there is none. */
const cookie = (name: string): string => document.cookie.match(`(^|; )${name}=([^;]*)`)?.[2] ?? '';

/** Munchkin's own cookie, in whichever form it is; empty where there is none. */
export const marketoCookie = (): string => cookie('_mkto_trk');

/**
 * Throws where the visitor has opted out before, or does so with the query `search`. A query alone
 * does not keep Munchkin from being loaded: it is Munchkin that writes it down, and that takes it
 * back where the address says `marketo_opt_out=false`.
 */
export const checkOptOut = (search = ''): void => {
  const isBack = location.search.includes('marketo_opt_out=false');
  const isOut = !isBack && /^id(:|%3A)true$/i.test(cookie('mkto_opt_out'));
  if (isOut || search.includes('marketo_opt_out=true')) {
    throw new Because('the visitor has opted out');
  }
};
