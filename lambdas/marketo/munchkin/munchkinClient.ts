import * as http from 'node:http';
import * as https from 'node:https';
import type { Munchkin } from '../marketoPorts.ts';
import type { VisitVerdict } from '../marketoTypes.ts';
import { visitQuery } from './wire.ts';

/** Sent for a visit whose event names no browser. */
const ownUserAgent = 'marketo-destination';

/** Without the characters that no header can carry. */
const headerText = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '');

const verdictOf = (status: number): VisitVerdict => {
  const because = `Munchkin answered ${status}`;
  if (status >= 200 && status < 300) return { kind: 'visited' };
  return status === 429 || status >= 500
    ? { kind: 'retry', because }
    : { kind: 'refused', because };
};

/** A system's error code (`ECONNREFUSED`), which names no host and no visitor. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

/**
 * Munchkin's web events over HTTP: POST with everything in the query and an empty body, as Munchkin
 * itself does since v160. `endpoint`: `https://<munchkinId>.mktoresp.com`, or a twin of it.
 * Connections are kept alive; one that the other side closed while it lay idle (a frozen Lambda) is
 * replaced at once and costs the visit no attempt.
 */
export const createMunchkin = ({
  endpoint,
  munchkinId,
}: {
  readonly endpoint: string;
  readonly munchkinId: string;
}): Munchkin => {
  const base = new URL(`${endpoint.replace(/\/+$/, '')}/webevents/visitWebPage`);
  const client = base.protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true });

  const post = (url: URL, userAgent: string, signal: AbortSignal): Promise<number> =>
    new Promise((resolve, reject) => {
      let answered = false;
      const request = client.request(url, {
        method: 'POST',
        agent,
        signal,
        headers: { 'user-agent': headerText(userAgent) },
      });
      request.once('response', (response) => {
        answered = true;
        // The status is all we want; the rest is read so that the connection can serve again.
        response.on('error', () => undefined).resume();
        resolve(response.statusCode ?? 0);
      });
      request.on('error', (error) => {
        if (answered) return;
        const stale = request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
        if (stale) post(url, userAgent, signal).then(resolve, reject);
        else reject(error);
      });
      request.end();
    });

  return {
    visit: async (visit, timeoutMs) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const url = new URL(base);
      url.search = visitQuery(visit, munchkinId);
      try {
        return verdictOf(await post(url, visit.userAgent ?? ownUserAgent, signal));
      } catch (error) {
        const because = signal.aborted
          ? `Munchkin gave no answer within ${timeoutMs} ms`
          : `Munchkin could not be reached (${codeOf(error)})`;
        return { kind: 'retry', because };
      }
    },
  };
};
