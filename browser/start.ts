import { browserTiming } from './limits.ts';
import { Because, warn } from './log.ts';
import type { MarketoContext, MarketoOptions } from './marketo.d.ts';
import { loadMunchkin } from './munchkin.ts';
import { pause } from './pause.ts';
import { marketoCookie } from './visitor.ts';

/** What calls wait for. All reject where the visitor refuses. */
export interface Started {
  readonly consent: Promise<void>;
  /** Rejects where Munchkin does not come, too. */
  readonly munchkin: Promise<void>;
  /** Munchkin's cookie is there, or waiting for it is over. */
  readonly cookie: Promise<void>;
}

const consentOf = async ({ consent }: MarketoOptions): Promise<void> => {
  try {
    if ((await (typeof consent === 'function' ? consent() : consent)) !== false) return;
  } catch {
    // What it says is the page's own affair.
  }
  throw new Because('there is no consent');
};

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
  const isOver = (): boolean => isLost || marketoCookie() !== '';
  const cookie = consent.then(() => pause(loadTimeout, isOver));
  cookie.catch(() => undefined);
  return { consent, munchkin, cookie };
};
