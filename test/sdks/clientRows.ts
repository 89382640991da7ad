/** What a client does with an event whose request is answered so. */
type Fate = 'sends it again' | 'loses it';

/** One published client that the tests run against the pipeline, and that the documentation lists. */
export interface ClientRow {
  /** As people call it. */
  readonly client: string;
  /** Its package in `test/package.json`. */
  readonly npm: string;
  readonly runs: 'node' | 'browser' | 'react-native';
  readonly paths: readonly string[];
  /** How many requests the three events take. Absent: one for each path. */
  readonly requests?: number;
  readonly auth: string;
  readonly encoding: string;
  /** What to set, as code; `<host>` and `<write key>` are the reader's. */
  readonly set: string;
  /**
   * Makes an identify, a page and a track of the user `u-1`, flushed. In a browser: a module that may
   * import the package and has `host` (`127.0.0.1:8787`) and `writeKey`. In Node: the same, awaited,
   * with `load` instead of imports. React Native has screens instead of pages.
   */
  readonly program: string;
  readonly trouble: { readonly 503: Fate; readonly 429: Fate };
  /** What to know or to do about that. */
  readonly advice: string;
}

const traits = `{ email: 'jane@example.com', plan: 'pro' }`;
const seen = `{ url: 'https://www.example.com/pricing?plan=pro' }`;

export const clientRows: readonly ClientRow[] = [
  {
    client: 'RudderStack, JavaScript',
    npm: '@rudderstack/analytics-js',
    runs: 'browser',
    paths: ['/v1/identify', '/v1/page', '/v1/track'],
    auth: 'Basic',
    encoding: 'application/json;charset=UTF-8',
    set: `rudderanalytics.load('<write key>', 'https://<host>', { getSourceConfig })`,
    program: `
      import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';
      const getSourceConfig = () => ({ source: { id: 's', name: 's', writeKey, enabled: true, workspaceId: 'w',
        config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } }, destinations: [] } });
      const rudder = new RudderAnalytics();
      rudder.load(writeKey, 'http://' + host, { getSourceConfig, logLevel: 'NONE', polyfillIfRequired: false });
      rudder.identify('u-1', ${traits});
      rudder.page('Pricing', ${seen});
      rudder.track('Signed Up', ${seen});`,
    trouble: { 503: 'sends it again', 429: 'sends it again' },
    advice: '`getSourceConfig` hands over the settings that RudderStack would be asked for.',
  },
  {
    client: 'RudderStack, JavaScript with `useBeacon`',
    npm: '@rudderstack/analytics-js',
    runs: 'browser',
    paths: ['/beacon/v1/batch'],
    auth: 'query',
    encoding: 'text/plain',
    set: `rudderanalytics.load('<write key>', 'https://<host>', { getSourceConfig, useBeacon: true })`,
    program: `
      import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';
      const getSourceConfig = () => ({ source: { id: 's', name: 's', writeKey, enabled: true, workspaceId: 'w',
        config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } }, destinations: [] } });
      const rudder = new RudderAnalytics();
      rudder.load(writeKey, 'http://' + host, { getSourceConfig, logLevel: 'NONE', polyfillIfRequired: false,
        useBeacon: true, beaconQueueOptions: { maxItems: 3, flushQueueInterval: 200 } });
      rudder.identify('u-1', ${traits});
      rudder.page('Pricing', ${seen});
      rudder.track('Signed Up', ${seen});`,
    trouble: { 503: 'loses it', 429: 'loses it' },
    advice: 'A beacon has no answer, so nothing is ever sent again: leave `useBeacon` off.',
  },
  {
    client: 'RudderStack, Node',
    npm: '@rudderstack/rudder-sdk-node',
    runs: 'node',
    paths: ['/v1/batch'],
    auth: 'Basic',
    encoding: 'application/x-www-form-urlencoded, gzip',
    requests: 2,
    set: `new Analytics('<write key>', { dataPlaneUrl: 'https://<host>' })`,
    program: `
      const Analytics = load('@rudderstack/rudder-sdk-node');
      const rudder = new Analytics(writeKey, { dataPlaneUrl: 'http://' + host, flushAt: 2, logLevel: 'silly' });
      const told = (message) => new Promise((done) => rudder[message.type](message, done));
      await Promise.all([
        told({ type: 'identify', userId: 'u-1', traits: ${traits} }),
        told({ type: 'page', userId: 'u-1', name: 'Pricing', properties: ${seen} }),
        told({ type: 'track', userId: 'u-1', event: 'Signed Up', properties: ${seen} }),
      ]);`,
    trouble: { 503: 'sends it again', 429: 'sends it again' },
    advice: 'It gives up after 3 retries, a second or two: raise `retryCount`.',
  },
  {
    client: 'Jitsu, browser',
    npm: '@jitsu/js',
    runs: 'browser',
    paths: ['/api/s/identify', '/api/s/page', '/api/s/track'],
    auth: 'X-Write-Key',
    encoding: 'application/json',
    set: `jitsuAnalytics({ host: 'https://<host>', writeKey: '<write key>:any' })`,
    program: `
      import { jitsuAnalytics } from '@jitsu/js';
      const jitsu = jitsuAnalytics({ host: 'http://' + host, writeKey: writeKey + ':any' });
      await jitsu.identify('u-1', ${traits});
      await jitsu.page(${seen});
      await jitsu.track('Signed Up', ${seen});`,
    trouble: { 503: 'loses it', 429: 'loses it' },
    advice:
      'It sends each event once, and its promise resolves all the same: a function as `errorPolicy` tells you. The key needs a colon and something behind it.',
  },
  {
    client: 'Jitsu, server',
    npm: '@jitsu/js',
    runs: 'node',
    paths: ['/api/s/s2s/identify', '/api/s/s2s/page', '/api/s/s2s/track'],
    auth: 'X-Write-Key',
    encoding: 'application/json',
    set: `jitsuAnalytics({ host: 'https://<host>', writeKey: '<write key>:any', s2s: true })`,
    program: `
      const { jitsuAnalytics } = load('@jitsu/js');
      const jitsu = jitsuAnalytics({ host: 'http://' + host, writeKey: writeKey + ':any', s2s: true, errorPolicy: () => {} });
      await jitsu.identify('u-1', ${traits});
      await jitsu.page(${seen});
      await jitsu.track('Signed Up', ${seen});`,
    trouble: { 503: 'loses it', 429: 'loses it' },
    advice:
      'As in the browser. `errorPolicy: "rethrow"` ends the process. The client keeps the last user, and a new client in the same process does, too: give each call its `userId` and `anonymousId`, and send nothing of visitors without a `userId`.',
  },
  {
    client: 'June, browser',
    npm: '@june-so/analytics-next',
    runs: 'browser',
    paths: ['/v1/identify', '/v1/page', '/v1/track'],
    auth: 'body',
    encoding: 'application/json',
    set: `AnalyticsBrowser.load({ writeKey: '<write key>', cdnSettings: { integrations: { 'june.so': { apiHost: '<host>/v1' } } } })`,
    program: `
      import { AnalyticsBrowser } from '@june-so/analytics-next';
      const june = AnalyticsBrowser.load(
        { writeKey, cdnSettings: { integrations: { 'june.so': { apiHost: host + '/v1', protocol: 'http' } } } },
      );
      june.identify('u-1', ${traits});
      june.page('Pricing', ${seen});
      june.track('Signed Up', ${seen});`,
    trouble: { 503: 'loses it', 429: 'loses it' },
    advice: 'It sends each event once; only where no answer comes at all it tries again.',
  },
  {
    client: 'Customer.io, browser',
    npm: '@customerio/cdp-analytics-browser',
    runs: 'browser',
    paths: ['/v1/i', '/v1/p', '/v1/t'],
    auth: 'body',
    encoding: 'text/plain',
    set: `AnalyticsBrowser.load({ writeKey: '<write key>', cdnSettings }, { integrations: { 'Customer.io Data Pipelines': { apiHost: '<host>/v1' } } })`,
    program: `
      import { AnalyticsBrowser } from '@customerio/cdp-analytics-browser';
      const cio = AnalyticsBrowser.load(
        { writeKey, cdnSettings: { integrations: { 'Customer.io Data Pipelines': { apiKey: writeKey } } } },
        { integrations: { 'Customer.io Data Pipelines': { apiHost: host + '/v1', protocol: 'http' } } },
      );
      cio.identify('u-1', ${traits});
      cio.page('Pricing', ${seen});
      cio.track('Signed Up', ${seen});`,
    trouble: { 503: 'loses it', 429: 'loses it' },
    advice: 'It sends each event once; only where no answer comes at all it tries again.',
  },
  {
    client: 'Customer.io, Node',
    npm: '@customerio/cdp-analytics-node',
    runs: 'node',
    paths: ['/v1/batch'],
    auth: 'Basic',
    encoding: 'application/json',
    set: `new Analytics({ writeKey: '<write key>', host: 'https://<host>' })`,
    program: `
      const { Analytics } = load('@customerio/cdp-analytics-node');
      const cio = new Analytics({ writeKey, host: 'http://' + host, flushInterval: 10 });
      cio.on('error', () => {});
      cio.identify({ userId: 'u-1', traits: ${traits} });
      cio.page({ userId: 'u-1', name: 'Pricing', properties: ${seen} });
      cio.track({ userId: 'u-1', event: 'Signed Up', properties: ${seen} });
      await cio.closeAndFlush({ timeout: 15000 });`,
    trouble: { 503: 'sends it again', 429: 'sends it again' },
    advice: 'It also sends again after a 401, for nothing: it gives up after 3 retries.',
  },
  {
    client: 'React Native',
    npm: '@segment/analytics-react-native',
    runs: 'react-native',
    paths: ['/v1/b'],
    auth: 'body',
    encoding: 'application/json; charset=utf-8',
    set: `createClient({ writeKey: '<write key>', proxy: 'https://<host>/v1/b', defaultSettings: { integrations: { 'Segment.io': { apiKey: '<write key>' } } } })`,
    program: `
      import { createClient } from '@segment/analytics-react-native';
      const client = createClient({ writeKey, proxy: 'http://' + host + '/v1/b', allowInsecureProxy: true,
        cdnProxy: 'http://127.0.0.1:9/settings', flushAt: 100, logger: { info() {}, warn() {}, error() {} },
        defaultSettings: { integrations: { 'Segment.io': { apiKey: writeKey } } } });
      await new Promise((done) => client.isReady.onChange(done));
      await client.identify('u-1', ${traits});
      await client.screen('Pricing', ${seen});
      await client.track('Signed Up', ${seen});
      while ((await client.pendingEvents()) > 0) {
        await client.flush();
        await new Promise((done) => setTimeout(done, 100));
      }`,
    trouble: { 503: 'sends it again', 429: 'sends it again' },
    advice:
      'Without `defaultSettings` it sends nothing while Segment’s CDN does not know the write key. An `http:` address needs `allowInsecureProxy`, or it sends to Segment.',
  },
];
