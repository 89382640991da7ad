import { browserLimits, browserTiming } from './limits.ts';
import type { MarketoOptions } from './marketo.d.ts';

/**
 * Posts JSON as text, which needs no preflight. Rejects where no answer comes. What
 * is short enough goes out even when the page goes.
 */
export const post = (
  { endpoint }: MarketoOptions,
  path: string,
  value: object,
): Promise<Response> => {
  const body = JSON.stringify(value);
  return fetch(endpoint.replace(/\/+$/, '') + path, {
    method: 'POST',
    body,
    keepalive: body.length < browserLimits.keptCharacters,
    signal: AbortSignal.timeout(browserTiming.requestMs),
  });
};
