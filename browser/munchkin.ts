import { Because, warn } from './log.ts';
import type { MarketoContext, MarketoOptions } from './marketo.d.ts';
import { checkOptOut } from './visitor.ts';

/** Marketo's tracker, as its loader leaves it on the page. */
interface Munchkin {
  init(munchkinId: string, configuration: object): void;
  munchkinFunction(name: string, attributes: object, hash?: string): void;
  createTrackingCookie?(evenForAnonymous: boolean): void;
}

/** Undefined where it has not been loaded. */
export const munchkin = (): Munchkin | undefined =>
  (window as { readonly Munchkin?: Munchkin }).Munchkin;

let visits = 0;

/**
 * Records a visit with the Munchkin that is loaded. Throws, after that, where Munchkin has recorded others by
 * itself: one that is older than `apiOnly`, which no version number tells, or a second one of the page.
 */
export const visit = (attributes: object): void => {
  munchkin()?.munchkinFunction('visitWebPage', attributes);
  const sent = performance
    .getEntriesByType('resource')
    .filter(({ name }) => name.includes('visitWebPage'));
  if (sent.length > visits++) throw new Because('Munchkin makes visits itself');
};

/** Makes the visitor's cookie where Munchkin has not done so (`cookieAnon: false`). */
export const makeCookie = (): void => {
  munchkin()?.createTrackingCookie?.(true);
};

/** Puts the script into the page; resolves when it has run. */
const loadScript = ({ munchkinUrl, nonce = '' }: MarketoOptions): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = munchkinUrl ?? 'https://munchkin.marketo.net/munchkin.js';
    script.nonce = nonce;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });

/**
 * Loads Munchkin and starts it; resolves once it takes calls. It records no page by itself
 * (`apiOnly`): each `page` of analytics.js is one visit, the first one included. Rejects where it is
 * blocked or the visitor has opted out; where it is only late, the log says so and it is waited for.
 */
export const loadMunchkin = async (
  options: MarketoOptions,
  context: MarketoContext,
  timeoutMs: number,
): Promise<void> => {
  checkOptOut();
  const late = setTimeout(() => {
    warn(context, new Because(`Munchkin did not load within ${timeoutMs} ms`));
  }, timeoutMs);
  if (!munchkin()) await loadScript(options).catch(() => undefined);
  clearTimeout(late);
  const loaded = munchkin();
  if (!loaded) throw new Because('Munchkin did not load: it is blocked');
  loaded.init(options.munchkinId, { asyncOnly: true, apiOnly: true, ...options.munchkin });
};
