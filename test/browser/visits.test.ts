import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { serveSimulator, type ServedSimulator } from '../../simulator/server.ts';
import { pagesForThisFile } from '../support/chromium.ts';
import { bundledPage, openShop, type Shop } from './shop.ts';

const withPage = pagesForThisFile();

/** A browser on a busy machine takes its time. */
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

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

/** Options as a page writes them, with `more` in their place. */
const options = (more = ''): string => `{
  munchkinId: '${munchkinId}', munchkinUrl: '${marketo.url}/munchkin.js',
  endpoint: '${marketo.url}', writeKey: 'k', ${more} }`;

/** Sorted: beacons of one moment may arrive in any order. */
const visits = (): readonly string[] =>
  marketo.simulator
    .visits()
    .map(({ path, query }) => (query === null ? path : `${path}?${query}`))
    .sort();

const visitsBecome = (expected: readonly string[]): Promise<void> =>
  vi.waitFor(
    () => {
      expect(visits()).toEqual([...expected].sort());
    },
    { timeout: 10_000, interval: 20 },
  );

/** What the plugin tells analytics.js of a call, which is in `window.context`. */
const saysOf = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction(
    `window.context?.logs().some(({ message }) => message.includes(${JSON.stringify(text)}))`,
  );

describe('in the browser', () => {
  test('a page and a track become visits of the one visitor', (context) =>
    withPage(context, async (page) => {
      const program = `analytics.page(); analytics.track('Signed Up', { plan: 'pro & more' });`;
      const { errors, requests } = await shop.open(
        page,
        bundledPage(options(), program),
        '/pricing?currency=eur&x=1',
      );
      await visitsBecome(['/pricing?currency=eur&x=1', '/event/Signed-Up?plan=pro%20%26%20more&']);
      const tokens = marketo.simulator.visits().map(({ token }) => token);
      expect(new Set(tokens).size).toBe(1);
      expect(requests.filter((url) => url.endsWith('/munchkin.js'))).toEqual([
        `${marketo.url}/munchkin.js`,
        `${marketo.url}/164/munchkin.js`,
      ]);
      expect(errors).toEqual([]);
    }));

  test('a second page of the site is a second visit of the same visitor', (context) =>
    withPage(context, async (page) => {
      await shop.open(page, bundledPage(options(), 'analytics.page();'), '/one');
      await visitsBecome(['/one']);
      await page.goto(`${shop.url}/two`);
      await visitsBecome(['/one', '/two']);
      const tokens = marketo.simulator.visits().map(({ token }) => token);
      expect(new Set(tokens).size).toBe(1);
    }));

  test('each step of a single-page application is one visit, the first included', (context) =>
    withPage(context, async (page) => {
      await shop.open(page, bundledPage(options(), 'analytics.page();'), '/app');
      await visitsBecome(['/app']);
      await page.evaluate(`history.pushState({}, '', '/app/cart?step=2'); analytics.page()`);
      await page.evaluate(`history.pushState({}, '', '/app/paid'); analytics.page()`);
      await visitsBecome(['/app', '/app/cart?step=2', '/app/paid']);
    }));

  test('Munchkin is started as documented, and gets calls from before in their order', (context) =>
    withPage(context, async (page) => {
      let letIn = (): void => undefined;
      const held = new Promise<void>((resolve) => (letIn = resolve));
      await page.route('**/munchkin.js', async (route) => {
        await held;
        const body = `window.calls = []; window.Munchkin = {
          init: (...given) => calls.push(['init', ...given]),
          munchkinFunction: (...given) => calls.push(given) };`;
        await route.fulfill({ contentType: 'text/javascript', body });
      });
      const program = `analytics.page(); analytics.track('A'); analytics.track('B')
        .then(() => (window.all = true));`;
      const more = 'munchkin: { cookieAnon: false },';
      const { errors } = await shop.open(page, bundledPage(options(more), program), '/early?x=1');
      await page.waitForFunction('window.all');
      letIn();
      await page.waitForFunction('window.calls?.length === 4');
      expect(await page.evaluate('calls')).toEqual([
        ['init', munchkinId, { asyncOnly: true, apiOnly: true, cookieAnon: false }],
        ['visitWebPage', { url: '/early', params: 'x=1' }],
        ['visitWebPage', { url: '/event/A', params: '' }],
        ['visitWebPage', { url: '/event/B', params: '' }],
      ]);
      expect(errors).toEqual([]);
    }));

  test('no more than 100 calls wait, and those above are told', (context) =>
    withPage(context, async (page) => {
      const program = `
        for (let n = 0; n < 101; n += 1) analytics.track('E' + n).then((last) => (window.context = last));`;
      const consent = 'consent: new Promise((agree) => (window.agree = agree)),';
      await shop.open(page, bundledPage(options(consent), program));
      await saysOf(page, 'too many calls');
      await page.evaluate('agree()');
      await vi.waitFor(() => {
        expect(visits()).toHaveLength(100);
      });
      expect(visits()).not.toContain('/event/E100');
    }));
});

describe('nothing is sent', () => {
  test('of a visitor with the opt-out cookie, for whom Munchkin is not loaded', (context) =>
    withPage(context, async (page) => {
      await page.context().addCookies([{ name: 'mkto_opt_out', value: 'id:true', url: shop.url }]);
      const { requests } = await shop.open(
        page,
        bundledPage(options(), `analytics.page().then((sent) => (window.context = sent));`),
      );
      await saysOf(page, 'opted out');
      expect(requests.filter((url) => url.startsWith(marketo.url))).toEqual([]);
    }));

  test('of a visitor who opts out by the address, then or on a later page', (context) =>
    withPage(context, async (page) => {
      const program = `analytics.page().then((sent) => (window.context = sent));`;
      await shop.open(page, bundledPage(options(), program), '/?marketo_opt_out=true');
      await saysOf(page, 'opted out');
      await page.waitForFunction(`document.cookie.includes('mkto_opt_out')`);
      await page.goto(`${shop.url}/later`);
      await saysOf(page, 'opted out');
      expect(visits()).toEqual([]);
    }));

  test('of a visitor who opted out, until the address takes that back', (context) =>
    withPage(context, async (page) => {
      await page.context().addCookies([{ name: 'mkto_opt_out', value: 'id:true', url: shop.url }]);
      const program = `analytics.page().then((sent) => (window.context = sent));`;
      await shop.open(page, bundledPage(options(), program), '/out');
      await saysOf(page, 'opted out');
      await page.goto(`${shop.url}/back?marketo_opt_out=false`);
      await visitsBecome(['/back?marketo_opt_out=false']);
      await page.goto(`${shop.url}/later`);
      await visitsBecome(['/back?marketo_opt_out=false', '/later']);
    }));

  test('of an event whose integrations keep it from Marketo', (context) =>
    withPage(context, async (page) => {
      const program = `
        analytics.track('A', {}, { integrations: { Marketo: false } });
        analytics.track('B', {}, { integrations: { All: false } });
        analytics.track('C', {}, { integrations: { All: false, Marketo: true } });
        analytics.track('D', {}, { integrations: { 'Marketo V2': false } });`;
      await shop.open(page, bundledPage(options(), program));
      await visitsBecome(['/event/C', '/event/D']);
    }));

  test('before the visitor consents; then everything that waited goes', (context) =>
    withPage(context, async (page) => {
      const consent = 'consent: () => new Promise((agree) => (window.agree = agree)),';
      const program = `analytics.page(); analytics.track('A').then(() => (window.all = true));`;
      const { requests } = await shop.open(page, bundledPage(options(consent), program), '/c');
      await page.waitForFunction('window.all');
      expect(requests.filter((url) => url.startsWith(marketo.url))).toEqual([]);
      expect(await page.evaluate('document.cookie')).not.toContain('_mkto_trk');
      await page.evaluate('agree()');
      await visitsBecome(['/c', '/event/A']);
    }));

  test.for(['Promise.reject(new Error("no"))', 'Promise.resolve(false)', '() => { throw 1; }'])(
    'where the consent is %s',
    (consent, context) =>
      withPage(context, async (page) => {
        const program = `analytics.page().then((sent) => (window.context = sent));`;
        const html = bundledPage(options(`consent: ${consent},`), program);
        const { requests, errors } = await shop.open(page, html);
        await saysOf(page, 'no consent');
        expect(requests.filter((url) => url.startsWith(marketo.url))).toEqual([]);
        expect(errors).toEqual([]);
      }),
  );
});

describe('the page never hears of trouble, and the log does:', () => {
  test('Munchkin is blocked', (context) =>
    withPage(context, async (page) => {
      await page.route('**/munchkin.js', (route) => route.abort());
      const program = `analytics.page().then((sent) => (window.context = sent));`;
      const { errors } = await shop.open(page, bundledPage(options(), program));
      await saysOf(page, 'Munchkin did not load: it is blocked');
      expect(errors).toEqual([]);
    }));

  test('the second of Munchkin’s scripts is blocked', (context) =>
    withPage(context, async (page) => {
      await page.route('**/164/munchkin.js', (route) => route.abort());
      const program = `analytics.page().then((sent) => (window.context = sent));`;
      const { errors } = await shop.open(page, bundledPage(options('loadTimeout: 300,'), program));
      await saysOf(page, 'its second script is blocked');
      expect(errors).toEqual([]);
    }));

  test('Munchkin is too old for apiOnly, so that each page counts twice', (context) =>
    withPage(context, async (page) => {
      const program = `
        analytics.page().then(() => (window.first = true));`;
      await shop.open(page, bundledPage(options('munchkin: { apiOnly: false },'), program), '/old');
      await visitsBecome(['/old', '/old']);
      await page.evaluate(`void analytics.track('Later').then((one) => (window.context = one))`);
      await saysOf(page, 'Munchkin makes visits itself');
      await visitsBecome(['/old', '/old', '/event/Later']);
    }));

  test('Munchkin records no page by itself, so nothing is said', (context) =>
    withPage(context, async (page) => {
      await shop.open(page, bundledPage(options(), 'analytics.page();'), '/new');
      await visitsBecome(['/new']);
      await page.evaluate(`void analytics.track('Later').then((one) => (window.context = one))`);
      await visitsBecome(['/new', '/event/Later']);
      const says = `context.logs().filter(({ message }) => message.startsWith('Marketo')).length`;
      expect(await page.evaluate(says)).toBe(0);
    }));

  test('Munchkin makes no cookie, as for bots and with cookieAnon: false', (context) =>
    withPage(context, async (page) => {
      const program = `analytics.page().then((sent) => (window.context = sent));`;
      const more = 'munchkin: { cookieAnon: false }, loadTimeout: 300,';
      const { errors } = await shop.open(page, bundledPage(options(more), program));
      await saysOf(page, 'makes no cookie');
      expect([visits(), errors]).toEqual([[], []]);
    }));

  test('a blocker puts something useless in its place', (context) =>
    withPage(context, async (page) => {
      await page.route('**/munchkin.js', (route) =>
        route.fulfill({ contentType: 'text/javascript', body: 'window.Munchkin = {};' }),
      );
      const program = `analytics.page().then((sent) => (window.context = sent));`;
      const { errors } = await shop.open(page, bundledPage(options(), program));
      await saysOf(page, 'Marketo: TypeError');
      expect(errors).toEqual([]);
    }));

  test('Munchkin is late, and is waited for', (context) =>
    withPage(context, async (page) => {
      let letIn = (): void => undefined;
      const held = new Promise<void>((resolve) => (letIn = resolve));
      await page.route('**/munchkin.js', async (route) => {
        await held;
        await route.continue();
      });
      const html = `<script src="/bundled.js"></script><script>
        const plugin = makeMarketo(${options('loadTimeout: 30,')});
        window.logs = [];
        const log = (level, text) => logs.push(level + ' ' + text);
        plugin.page({ event: { type: 'page', properties: { path: '/late' } }, log });
      </script>`;
      await shop.open(page, html);
      await page.waitForFunction(
        `logs.includes('warn Marketo: Munchkin did not load within 30 ms')`,
      );
      letIn();
      await visitsBecome(['/late']);
    }));

  test('events are odd in every way', (context) =>
    withPage(context, async (page) => {
      const html = `<script src="/bundled.js"></script><script>
        const plugin = makeMarketo(${options()});
        const log = () => { throw new Error('the logger is broken, too'); };
        plugin.load({ event: {}, log });
        const loop = {}; loop.loop = loop;
        const trap = { get event() { throw null; }, log };
        const odd = [undefined, null, 1, 'text', loop, { big: 1n }, { type: 'page', properties: 7 },
          { type: 'track' }, { type: 'track', event: 5 }, { type: 'identify', traits: [] },
          { type: 'page', integrations: 1 }, { type: 'page', toJSON() { throw undefined; } }];
        for (const hook of ['page', 'track', 'identify']) {
          for (const event of odd) plugin[hook]({ event, log });
          plugin[hook](trap);
        }
        plugin.track({ event: { type: 'track', event: 'Good' }, log });
      </script>`;
      const { errors } = await shop.open(page, html);
      await vi.waitFor(
        () => {
          expect(visits()).toContain('/event/Good');
        },
        { timeout: 10_000 },
      );
      expect(errors).toEqual([]);
    }));

  test('the options cannot be used, and the log says which and why', (context) =>
    withPage(context, async (page) => {
      const html = `<script src="/bundled.js"></script><script>
        window.said = [];
        const right = ${options()};
        const wrong = { munchkinId: 'x', endpoint: 5, writeKey: '', identify: 'both' };
        for (const [name, value] of Object.entries(wrong))
          makeMarketo({ ...right, [name]: value }).load({ log() {} })
            .catch((error) => said.push(error.message));
        begin({}); analytics.page();
      </script>`;
      const { errors } = await shop.open(page, html);
      await page.waitForFunction('said.length === 4');
      expect(await page.evaluate('said')).toEqual([
        'munchkinId must be like 123-ABC-456',
        expect.stringMatching(/^endpoint must be/),
        'writeKey must be there',
        'identify must be server or a function',
      ]);
      expect(errors).toEqual([]);
    }));
});
