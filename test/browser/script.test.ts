import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { serveSimulator, type ServedSimulator } from '../../simulator/server.ts';
import { pagesForThisFile } from '../support/chromium.ts';
import { openShop, type Shop } from './shop.ts';

const withPage = pagesForThisFile();

/** A browser on a busy machine takes its time. */
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const munchkinId = '123-ABC-456';
let shop: Shop;
let marketo: ServedSimulator;

beforeAll(async () => {
  shop = await openShop();
});

beforeEach(async () => {
  marketo = await serveSimulator({
    port: 0,
    clock: Date,
    munchkinId,
    credentials: { userId: 'u', encryptionKey: 'k' },
  });
  return () => marketo.close();
});

afterAll(() => shop.close());

/**
 * What the classic snippet does, in the form that Segment documents for it: `window.analytics` is a
 * list of calls until analytics.js, loaded asynchronously, takes it over.
 */
const snippet = (name = 'analytics', calls = ''): string => `<script>
  (() => {
    const analytics = (window.${name} = window.${name} || []);
    analytics.methods = ['track', 'identify', 'page', 'register', 'ready', 'on'];
    for (const method of analytics.methods)
      analytics[method] ??= (...given) => { window.${name}.push([method, ...given]); return analytics; };
    analytics._cdn = '${shop.url}';
    analytics._writeKey = 'of-segment';
    analytics._loadOptions = { integrations: { 'Segment.io': false } };
    analytics.page();
    ${calls}
  })();</script>`;

const analyticsJs = (name = 'analytics'): string =>
  `<script async src="/analytics.min.js" data-global-segment-analytics-key="${name}"></script>`;

const tag = (more = '', id = munchkinId): string => `<script src="/marketo.js"
  data-munchkin-id="${id}" data-munchkin-url="${marketo.url}/munchkin.js"
  data-endpoint="${marketo.url}" data-write-key="k" ${more}></script>`;

const visitsBecome = (expected: readonly string[]): Promise<void> =>
  vi.waitFor(
    () => {
      // Sorted: beacons of one moment may arrive in any order.
      const paths = marketo.simulator.visits().map(({ path }) => path);
      expect(paths.sort()).toEqual(expected);
    },
    { timeout: 10_000, interval: 20 },
  );

const isUp = (page: Page): Promise<unknown> =>
  page.waitForFunction('!Array.isArray(window.analytics) && window.analytics?.initialized');

describe('the script tag', () => {
  test('works between the snippet and analytics.js', (context) =>
    withPage(context, async (page) => {
      const html = snippet('analytics', "analytics.track('Early');") + tag() + analyticsJs();
      const { errors, warnings } = await shop.open(page, html, '/a');
      await visitsBecome(['/a', '/event/Early']);
      expect([...errors, ...warnings]).toEqual([]);
    }));

  test('works before the snippet', (context) =>
    withPage(context, async (page) => {
      const { errors } = await shop.open(page, tag() + snippet() + analyticsJs(), '/b');
      await visitsBecome(['/b']);
      expect(errors).toEqual([]);
    }));

  test('works after analytics.js is up', (context) =>
    withPage(context, async (page) => {
      const { errors } = await shop.open(page, snippet() + analyticsJs(), '/c');
      await isUp(page);
      const add = `document.head.append(document.createRange().createContextualFragment(${JSON.stringify(tag())}))`;
      await page.evaluate(add);
      await page.waitForFunction('window.marketoDestination');
      await page.evaluate(`analytics.track('Late')`);
      await vi.waitFor(() => {
        expect(marketo.simulator.visits().map(({ path }) => path)).toContain('/event/Late');
      });
      expect(errors).toEqual([]);
    }));

  test('finds analytics.js under another name', (context) =>
    withPage(context, async (page) => {
      const html = snippet('segment') + tag('data-analytics="segment"') + analyticsJs('segment');
      // Under another name analytics.js does not see what the snippet says of its settings' place.
      await page.route('https://cdn.segment.com/**', (route) =>
        route.fulfill({
          headers: { 'access-control-allow-origin': '*' },
          json: { integrations: { 'Segment.io': { apiKey: 'of-segment' } } },
        }),
      );
      await shop.open(page, html, '/d');
      await visitsBecome(['/d']);
    }));

  test('waits for the consent of the function that it names', (context) =>
    withPage(context, async (page) => {
      const consent = `<script>window.cmp = () => new Promise((agree) => (window.agree = agree));</script>`;
      const html = consent + snippet() + tag('data-consent="cmp"') + analyticsJs();
      const { requests } = await shop.open(page, html, '/e');
      await page.waitForFunction('window.agree');
      expect(requests.filter((url) => url.startsWith(marketo.url))).toEqual([]);
      await page.evaluate('agree()');
      await visitsBecome(['/e']);
    }));

  test('sends nothing where the function that it names does not exist', (context) =>
    withPage(context, async (page) => {
      const html = snippet() + tag('data-consent="gone"') + analyticsJs();
      const { errors, requests } = await shop.open(page, html);
      await isUp(page);
      await page.evaluate(`analytics.track('A')`);
      expect(requests.filter((url) => url.startsWith(marketo.url))).toEqual([]);
      expect(errors).toEqual([]);
    }));

  test('with a wrong Munchkin id leaves the page and analytics.js alone', (context) =>
    withPage(context, async (page) => {
      const { errors } = await shop.open(page, snippet() + tag('', '123') + analyticsJs());
      await isUp(page);
      await page.evaluate(`analytics.track('A')`);
      expect(errors).toEqual([]);
      expect(await page.evaluate('"Munchkin" in window')).toBe(false);
    }));

  test('warns where analytics.js is too old to take plugins, and throws nothing', (context) =>
    withPage(context, async (page) => {
      const { errors, warnings } = await shop.open(
        page,
        `<script>window.analytics = { page() {} };</script>${tag()}`,
      );
      await vi.waitFor(() => {
        expect(warnings).toEqual([expect.stringMatching(/^Marketo: .* takes plugins$/)]);
      });
      expect(errors).toEqual([]);
    }));

  test('without attributes registers nothing and offers the plugin', (context) =>
    withPage(context, async (page) => {
      const { errors } = await shop.open(page, '<script src="/marketo.js"></script>');
      expect(await page.evaluate('typeof marketoDestination.marketo')).toBe('function');
      expect(await page.evaluate('"analytics" in window')).toBe(false);
      expect(errors).toEqual([]);
    }));

  test('works under a content security policy with a nonce, which Munchkin’s script gets', (context) =>
    withPage(context, async (page) => {
      const policy = `<meta http-equiv="content-security-policy" content="default-src 'self';
        script-src 'self' 'nonce-n1' ${marketo.url}/164/; connect-src 'self' ${marketo.url}">`;
      const html = (snippet() + tag() + analyticsJs()).replaceAll('<script', '<script nonce="n1"');
      const { errors } = await shop.open(page, policy + html, '/f');
      await visitsBecome(['/f']);
      expect(errors).toEqual([]);
    }));
});
