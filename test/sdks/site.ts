import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { closeServer, listen } from '../../local/listen.ts';

/** The bundle of the package as a script tag loads it; it makes the global `AnalyticsNext`. */
const script = readFileSync(
  createRequire(import.meta.url)
    .resolve('@segment/analytics-next/package.json')
    .replace('package.json', 'dist/umd/index.js'),
);

interface SiteOptions {
  /** Where the events go, and the key that they go with. */
  readonly url: string;
  readonly writeKey: string;
  readonly delivery: 'standard' | 'batching';
  /** What the page does with `analytics`. */
  readonly calls: string;
}

/** What Segment's CDN says of a source that sends to this endpoint and nowhere else. */
const settingsOf = ({ writeKey }: SiteOptions) => ({
  integrations: { 'Segment.io': { apiKey: writeKey } },
});

/** Those who batch hand the settings over themselves; the others ask the CDN for them. */
const loadOf = (options: SiteOptions): string => {
  const { url, writeKey, delivery } = options;
  const segment = { apiHost: `${new URL(url).host}/v1`, protocol: 'http' };
  if (delivery === 'standard') {
    const integrations = JSON.stringify({ 'Segment.io': segment });
    return `{ writeKey: '${writeKey}', cdnURL: location.origin }, { integrations: ${integrations} }`;
  }
  const deliveryStrategy = { strategy: 'batching', config: { size: 3, timeout: 100 } };
  const integrations = { 'Segment.io': { ...segment, deliveryStrategy } };
  return `${JSON.stringify({ writeKey, cdnSettings: settingsOf(options) })}, ${JSON.stringify({ integrations })}`;
};

const pageOf = (options: SiteOptions): string => `<!doctype html>
<title>nothing failed</title>
<script src="/analytics.js"></script>
<script>
  const analytics = AnalyticsNext.AnalyticsBrowser.load(${loadOf(options)});
  let failed = 0;
  analytics.on('error', () => (document.title = ++failed + ' failed'));
  ${options.calls}
</script>`;

/**
 * A web site of its own origin whose one page loads the browser SDK and makes the calls. It also
 * answers what the SDK asks of Segment's CDN: the settings of the source.
 */
export const serveSite = async (options: SiteOptions) => {
  const { writeKey } = options;
  const contents: Readonly<Record<string, readonly [type: string, body: string | Buffer]>> = {
    '/pricing': ['text/html; charset=utf-8', pageOf(options)],
    '/analytics.js': ['text/javascript', script],
    [`/v1/projects/${writeKey}/settings`]: [
      'application/json',
      JSON.stringify(settingsOf(options)),
    ],
  };
  const server = createServer((request, response) => {
    const [type, body] = contents[request.url?.split('?')[0] ?? ''] ?? [];
    if (type === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': type }).end(body);
  });
  const url = await listen(server);
  return { page: `${url}/pricing?plan=pro`, close: () => closeServer(server) };
};
