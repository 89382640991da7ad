import manifest from '../../package.json' with { type: 'json' };
import { clientVersions } from '../support/packages.ts';

const versions: Readonly<Record<string, string>> = {
  ...manifest.devDependencies,
  ...clientVersions,
};

/** Segment's own clients; `servers.test.ts` and `browser.test.ts` run them, as their rows say. */
export const segmentRows = [
  {
    client: 'Segment, Node',
    npm: '@segment/analytics-node',
    path: '/v1/batch',
    auth: 'Basic and body, or an OAuth token and body',
    encoding: 'application/json',
    set: "new Analytics({ writeKey, host: 'https://<host>' })",
    trouble: 'tries 10 times, for minutes; waits as long as `Retry-After` says. Drops at 401',
  },
  {
    client: 'Segment, Node until 6',
    npm: 'analytics-node',
    path: '/v1/batch',
    auth: 'Basic',
    encoding: 'application/json',
    set: "new Analytics(writeKey, { host: 'https://<host>' })",
    trouble: 'gives up after 3 retries, a second and a half: raise `retryCount`. Drops at 401',
  },
  {
    client: 'Segment, browser',
    npm: '@segment/analytics-next',
    path: '/v1/i`, `/v1/t`, `/v1/p',
    auth: 'Basic and body',
    encoding: 'text/plain',
    set: "AnalyticsBrowser.load({ writeKey, … }, { integrations: { 'Segment.io': { apiHost: '<host>/v1' } } })",
    trouble: 'tries 10 times, for minutes; waits as long as `Retry-After` says. Drops at 401',
  },
  {
    client: 'Segment, browser with batching',
    npm: '@segment/analytics-next',
    path: '/v1/b',
    auth: 'Basic and body',
    encoding: 'text/plain',
    set: "…, { integrations: { 'Segment.io': { apiHost: '<host>/v1', deliveryStrategy: { strategy: 'batching' } } } }",
    trouble: 'as above',
  },
].map((row) => ({ ...row, version: versions[row.npm] ?? '' }));
