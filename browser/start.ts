import { browserTiming } from './limits.ts';
import { Because, warn } from './log.ts';
import type { MarketoContext, MarketoOptions } from './marketo.d.ts';
import { loadMunchkin, munchkin as loadedMunchkin } from './munchkin.ts';
import { pause } from './pause.ts';
import { marketoCookie } from './visitor.ts';

/** What calls wait for. All reject where the visitor refuses. */
export interface Started {
  readonly consent: Promise<void>;
  /** Rejects where Munchkin does not come, too. */
  readonly munchkin: Promise<void>;
  /** Munchkin's cookie is there, or waiting for it is over. */
  readonly cookie: Promise<void>;
  /** Munchkin does not come. */
  isLost(): boolean;
}

const consentOf = async ({ consent }: MarketoOptions): Promise<void> => {
  try {
    if ((await (typeof consent === 'function' ? consent() : consent)) !== false) return;
  } catch {
    // What it says is the page's own affair.
  }
  throw new Because('there is no consent');
};

/** Why there is no cookie although Munchkin's first script is there. */
const noCookie = (): Because =>
  new Because(
    'MunchkinTracker' in window
      ? 'Munchkin makes no cookie here'
      : 'Munchkin did not load: its second script is blocked',
  );

/** Waits for the consent, then loads Munchkin. No rejection of what it returns goes unhandled. */
export const start = (options: MarketoOptions, context: MarketoContext): Started => {
  const { loadTimeout = browserTiming.loadMs } = options;
  const consent = consentOf(options);
  const munchkin = consent.then(() => loadMunchkin(options, context, loadTimeout));
  let isLost = false;
  munchkin.catch((error: unknown) => {
    isLost = true;
    warn(context, error);
  });
  const isOver = (): unknown => isLost || marketoCookie();
  const cookie = consent.then(() => pause(loadTimeout, isOver));
  cookie.then(
    () => {
      if (loadedMunchkin() && !marketoCookie()) warn(context, noCookie());
    },
    // What the consent's rejection says, Munchkin's has said.
    () => undefined,
  );
  return { consent, munchkin, cookie, isLost: () => isLost };
};
