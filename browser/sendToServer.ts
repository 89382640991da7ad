import { browserTiming } from './limits.ts';
import type { JsonObject } from '../lambdas/segment/event.ts';
import { asObject } from '../lambdas/segment/json.ts';
import { Because } from './log.ts';
import type { MarketoOptions } from './marketo.d.ts';
import { pause } from './pause.ts';
import { post } from './post.ts';
import { marketoCookie } from './visitor.ts';

/** The event's context with the visitor's cookie, unless the page has put one there itself. */
const contextOf = (event: JsonObject): JsonObject => {
  const context = asObject(event.context);
  return {
    ...context,
    Marketo: { marketoCookie: marketoCookie() || null, ...asObject(context?.Marketo) },
  };
};

/**
 * Sends an event to ingest, with the cookie: an identify, of which absorb and sync make or update the lead and
 * give it the cookie's visits, or the track that withdraws consent. Tries again after a failure that may pass; the messageId makes sure that it
 * counts once. Rejects where it is given up, or `mayStill` throws before another try.
 */
export const sendToServer = async (
  event: JsonObject,
  options: MarketoOptions,
  mayStill?: () => void,
): Promise<void> => {
  const message = { ...event, context: contextOf(event), writeKey: options.writeKey };
  for (const wait of browserTiming.retryWaitsMs) {
    const sending = post(options, `/v1/${event.type as string}`, {
      ...message,
      sentAt: new Date(),
    });
    // No answer at all is a status of 0, as browsers have it.
    const { status } = await sending.catch(() => ({ status: 0 }));
    if (status === 200) return;
    const isFinal = status && status < 500 && status !== 429;
    if (isFinal || !wait) throw new Because(`ingest answered ${status}`);
    await pause(wait * (0.5 + Math.random()));
    mayStill?.();
  }
};
