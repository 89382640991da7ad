import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { closeServer, listen } from '../../local/listen.ts';
import { bundleFor, deliveredIn, withBuilt } from './bundles.ts';

const standalone = join(
  import.meta.dirname,
  '../../node_modules/@segment/analytics-next/dist/umd/standalone.js',
);

/** A program for pages of teams that bundle: analytics.js, the plugin and the classic client's package. */
const bundled = `
import { AnalyticsBrowser } from '@segment/analytics-next';
import { associateLead } from './associateLead.mjs';
import { marketo } from './marketo.mjs';
import jsonp from 'jsonp';
Object.assign(window, { associateLead, jsonp, makeMarketo: marketo });
/** Starts analytics.js with the plugin as its only destination. */
window.begin = (options) => {
  window.analytics = new AnalyticsBrowser();
  analytics.register(marketo(options));
  analytics.load(
    { writeKey: 'of-segment', cdnSettings: { integrations: { 'Segment.io': { apiKey: 'of-segment' } } } },
    { integrations: { 'Segment.io': false } },
  );
};
`;

/** A program for pages with Segment's consent wrapper, which wraps an instance that is not loaded yet. */
const consenting = `
import { AnalyticsBrowser } from '@segment/analytics-next';
import { createWrapper } from '@segment/analytics-consent-tools';
import { marketo } from './marketo.mjs';
Object.assign(window, {
  makeAnalytics: () => new AnalyticsBrowser(),
  makeMarketo: marketo,
  withConsent: createWrapper,
});
`;

const settings = JSON.stringify({ integrations: { 'Segment.io': { apiKey: 'of-segment' } } });

const files = (): Promise<ReadonlyMap<string, string>> =>
  withBuilt(async (folder) => {
    const { script } = await deliveredIn(folder);
    return new Map([
      ['/bundled.js', await bundleFor(folder, bundled)],
      ['/consent.js', await bundleFor(folder, consenting)],
      ['/marketo.js', script.toString()],
      ['/analytics.min.js', await readFile(standalone, 'utf8')],
      ['/v1/projects/of-segment/settings', settings],
    ]);
  });

/** What went wrong in a page, and what it asked for. */
interface Watched {
  /** Uncaught errors, unhandled rejections among them. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** Addresses without their query. */
  readonly requests: readonly string[];
}

export interface Shop {
  readonly url: string;
  /**
   * Opens a page with this HTML, under a path of its own unless one is given. The latest page also
   * answers under all other paths.
   */
  open(page: Page, html: string, path?: string): Promise<Watched>;
  close(): Promise<void>;
}

/** A web site on this machine: pages as the tests write them, and the scripts that they load. */
export const openShop = async (): Promise<Shop> => {
  const scripts = await files();
  const pages = new Map<string, string>();
  let latest = '';
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    const file = scripts.get(pathname);
    const type = pathname.endsWith('.js') ? 'text/javascript' : 'application/json';
    response.writeHead(200, { 'content-type': file === undefined ? 'text/html' : type });
    response.end(file ?? pages.get(pathname) ?? latest);
  });
  const url = await listen(server);
  return {
    url,
    open: async (page, html, path = `/page-${pages.size}`) => {
      latest = `<!doctype html><head><link rel="icon" href="data:,">${html}</head>`;
      pages.set(path.replace(/\?.*/, ''), latest);
      const errors: string[] = [];
      const warnings: string[] = [];
      const requests: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'warning') warnings.push(message.text());
      });
      page.on('request', (request) => {
        requests.push(request.url().replace(/\?.*/, ''));
      });
      // Not `load`, which waits for Munchkin as well.
      await page.goto(url + path, { waitUntil: 'domcontentloaded' });
      return { errors, warnings, requests };
    },
    close: () => closeServer(server),
  };
};

/** A page of a team that bundles: the program comes after `begin`. */
export const bundledPage = (options: string, program: string): string =>
  `<script src="/bundled.js"></script><script>begin(${options}); ${program}</script>`;
