import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../lambdas/segment/event.ts';
import { readMessage } from '../../lambdas/segment/message.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { serveSimulator, type ServedSimulator } from '../../simulator/server.ts';
import { pagesForThisFile } from '../support/chromium.ts';
import { openShop, type Shop } from './shop.ts';

const withPage = pagesForThisFile();

/** A browser on a busy machine takes its time. */
vi.setConfig({ testTimeout: 40_000, hookTimeout: 60_000 });

const consent = { categories: ['Advertising'], whenAbsent: 'drop' } as const;
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

/** How the page's own program and the consent wrapper come together. */
interface Combination {
  readonly model: 'opt-in' | 'opt-out';
  readonly registered: 'before load' | 'after load' | 'once analytics.js is up';
}

const combinations = (['opt-in', 'opt-out'] as const).flatMap((model) =>
  (['before load', 'after load', 'once analytics.js is up'] as const).map((registered) => ({
    model,
    registered,
  })),
);

/**
 * A page with Segment's published consent wrapper, whose visitor refuses Advertising, and with the
 * plugin as the only destination. `choose(true)` is the visitor's new choice.
 */
const pageOf = ({ model, registered }: Combination, more = ''): string => `
  <script src="/consent.js"></script><script>
    const plugin = makeMarketo({ munchkinId: '${munchkinId}', munchkinUrl: '${marketo.url}/munchkin.js',
      endpoint: location.origin, writeKey: 'k', ${more} });
    window.choice = { Advertising: false, Analytics: true };
    window.analytics = makeAnalytics();
    withConsent({
      shouldLoadSegment: (context) => context.load({ consentModel: '${model}' }),
      getCategories: () => ({ ...choice }),
      registerOnConsentChanged: (changed) => {
        window.choose = (Advertising) => {
          choice.Advertising = Advertising;
          changed({ ...choice });
        };
      },
      integrationCategoryMappings: { Marketo: ['Advertising'], 'Segment.io': ['Analytics'] },
    })(analytics);
    const register = () => analytics.register(plugin);
    if ('${registered}' === 'before load') register();
    analytics.load(
      { writeKey: 'of-segment', cdnSettings: { integrations: { 'Segment.io': { apiKey: 'of-segment' }, Marketo: {} } } },
      { integrations: { 'Segment.io': { apiHost: location.host + '/v1', protocol: 'http' } } },
    );
    if ('${registered}' === 'after load') register();
    if ('${registered}' === 'once analytics.js is up') analytics.ready(() => undefined).then(register);
    const call = async (name) => { await analytics.track(name); await analytics.identify('u-1', { email: 'jane@example.com' }); window.called = name; };
  </script>`;

const visitsBecome = (expected: readonly string[]): Promise<void> =>
  vi.waitFor(
    () => {
      const paths = marketo.simulator.visits().map(({ path }) => path);
      expect(paths.sort()).toEqual([...expected].sort());
    },
    { timeout: 15_000, interval: 20 },
  );

describe('with Segment’s consent wrapper', () => {
  test.for(combinations)(
    'a visitor who refuses is left alone, and followed once they agree: $model, plugin registered $registered',
    (combination, context) =>
      withPage(context, async (page) => {
        const { errors, requests } = await shop.open(page, pageOf(combination));
        await page.waitForFunction('window.choose');
        await page.evaluate(`void call('Refused')`);
        await page.waitForFunction(`window.called === 'Refused'`);
        const toMarketo = (): readonly string[] =>
          requests.filter(
            (url) => url.startsWith(marketo.url) || /\/v1\/(identify|track)$/.test(url),
          );
        expect(toMarketo()).toEqual([]);
        expect(await page.evaluate('document.cookie')).not.toContain('_mkto_trk');

        await page.evaluate(`choose(true); void call('Agreed')`);
        await visitsBecome(['/event/Agreed']);
        await vi.waitFor(() => {
          expect(toMarketo().filter((url) => url.endsWith('/v1/identify'))).toHaveLength(1);
        });
        expect(errors).toEqual([]);
      }),
  );

  test.for(combinations)(
    'a visitor who withdraws in mid-session is left alone from then on: $model, plugin registered $registered',
    (combination, context) =>
      withPage(context, async (page) => {
        const { errors, requests } = await shop.open(page, pageOf(combination));
        await page.waitForFunction('window.choose');
        await page.evaluate(`choose(true); void call('Agreed')`);
        await visitsBecome(['/event/Agreed']);
        await vi.waitFor(() => {
          expect(requests.filter((url) => url.endsWith('/v1/identify'))).toHaveLength(1);
        });
        const told: JsonObject[] = [];
        page.on('request', (request) => {
          if (request.url().endsWith('/v1/track')) told.push(request.postDataJSON() as JsonObject);
        });
        await page.evaluate(`choose(false); void call('Refused')`);
        await page.waitForFunction(`window.called === 'Refused'`);
        await page.evaluate(`choose(true); void call('Agreed again')`);
        await visitsBecome(['/event/Agreed', '/event/Agreed-again']);
        // The pipeline hears of it, and what waits there is dropped.
        expect(told).toMatchObject([
          { event: 'Segment Consent Preference Updated', userId: 'u-1', writeKey: 'k' },
        ]);
        const terms = { receivedAt: epochMs(Date.now()), messageIdCharacters: 100, consent };
        const [reading] = told.map((one) => readMessage(one, { ...terms, type: 'track' }));
        expect(reading).toMatchObject({ kind: 'event', event: { type: 'withdraw' } });
        expect(errors).toEqual([]);
      }),
  );

  test('what waits for Munchkin is dropped when the visitor withdraws', (context) =>
    withPage(context, async (page) => {
      let letIn = (): void => undefined;
      const held = new Promise<void>((resolve) => (letIn = resolve));
      await page.route('**/munchkin.js', async (route) => {
        await held;
        await route.continue();
      });
      await shop.open(page, pageOf({ model: 'opt-out', registered: 'before load' }));
      await page.waitForFunction('window.choose');
      await page.evaluate(
        `choose(true); void analytics.track('Waits').then((one) => (window.context = one))`,
      );
      await page.waitForFunction('window.context');
      await page.evaluate(
        `choose(false); analytics.track('Refused').then(() => (window.refused = true))`,
      );
      await page.waitForFunction('window.refused');
      letIn();
      await page.waitForFunction(
        `context.logs().some(({ message }) => message.includes('the consent was withdrawn'))`,
      );
      await page.evaluate(`choose(true); void analytics.track('Agreed')`);
      await visitsBecome(['/event/Agreed']);
    }));

  test.for([
    ['grants those that count', `consentCategories: ['Analytics'],`, ['/event/Sent']],
    ['refuses one of those that count', `consentCategories: ['Analytics', 'Advertising'],`, []],
    ['is not asked about those that count', `consentCategories: ['Marketing'],`, []],
  ] as const)('a visitor who %s', ([, more, expected], context) =>
    withPage(context, async (page) => {
      const html = pageOf({ model: 'opt-in', registered: 'before load' }, more);
      await shop.open(page, html);
      await page.waitForFunction('window.choose');
      await page.evaluate(`void call('Sent')`);
      await page.waitForFunction(`window.called === 'Sent'`);
      await visitsBecome(expected);
    }),
  );
});

describe('a destination middleware', () => {
  test('keeps events away, or changes them, as for every integration', (context) =>
    withPage(context, async (page) => {
      const html = pageOf({ model: 'opt-in', registered: 'before load' }, `consentCategories: [],`);
      await shop.open(page, html);
      await page.waitForFunction('window.choose');
      await page.evaluate(`(async () => {
        await analytics.ready();
        analytics.addDestinationMiddleware('Marketo', ({ payload, integration, next }) => {
          if (payload.obj.event === 'Secret') return next(null);
          if (payload.obj.event !== 'Forgotten') { payload.obj.event += ' to ' + integration; next(payload); }
        });
        for (const name of ['Secret', 'Forgotten', 'Open']) await analytics.track(name);
      })()`);
      await visitsBecome(['/event/Open-to-Marketo']);
    }));
});

describe('an event whose visit the plugin sends', () => {
  test('says so to whoever else gets it, unless it is refused', (context) =>
    withPage(context, async (page) => {
      const bodies: unknown[] = [];
      await page.route('**/v1/t', async (route) => {
        bodies.push(route.request().postDataJSON());
        await route.fulfill({ json: { success: true } });
      });
      const html = pageOf({ model: 'opt-in', registered: 'before load' }, `consentCategories: [],`);
      await shop.open(page, html);
      await page.waitForFunction('window.choose');
      await page.evaluate(`(async () => {
        await analytics.track('Visited', {}, { integrations: { Marketo: { marketoCookie: 'x' } } });
        await analytics.track('Refused', {}, { integrations: { Marketo: false } });
      })()`);
      await vi.waitFor(() => {
        expect(bodies).toHaveLength(2);
      });
      expect(bodies).toMatchObject([
        { event: 'Visited', integrations: { Marketo: { marketoCookie: 'x', visited: true } } },
        { event: 'Refused', integrations: { Marketo: false } },
      ]);
    }));
});
