import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startLocal, type LocalRun } from '../../local/run.ts';
import { pagesForThisFile } from '../support/chromium.ts';

const withPage = pagesForThisFile();

/** A browser on a busy machine takes its time, and a call takes three cookies: a fourth waits for the lock. */
const maxMs = 120_000;
vi.setConfig({ testTimeout: maxMs, hookTimeout: maxMs });

const pictures = join(import.meta.dirname, '../../test-artifacts');

let local: LocalRun;

beforeAll(async () => {
  local = await startLocal({ port: 0, env: {}, log: () => undefined });
});

afterAll(() => local.close());

interface Troubles {
  readonly errors: string[];
  /** Origins that were asked for anything. */
  readonly origins: Set<string>;
}

/** Opens the demo and writes down what goes wrong in it and whom it talks to. */
const open = async (page: Page, path = '/demo'): Promise<Troubles> => {
  const troubles: Troubles = { errors: [], origins: new Set() };
  page.setDefaultTimeout(maxMs);
  page.on('pageerror', ({ message }) => troubles.errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.errors.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:') troubles.origins.add(origin);
  });
  await page.goto(local.url + path);
  return troubles;
};

/** The paths of the visits that the page shows, the newest first. */
const visitsIn = (page: Page): Promise<string[]> => page.locator('#visits .path').allTextContents();

const visitsBecome = (page: Page, expected: readonly string[]): Promise<void> =>
  vi.waitFor(
    async () => {
      expect(await visitsIn(page)).toEqual(expected);
    },
    { timeout: maxMs / 3, interval: 50 },
  );

const introduce = async (page: Page, email: string): Promise<void> => {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('First name').fill('Jane');
  await page.getByLabel('Company').fill('Bridges & Sons');
  await page.getByLabel('Plan').selectOption('pro');
  await page.getByRole('button', { name: 'Introduce me' }).click();
};

const isWiderThanScreen = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');

test.concurrent('a visitor of the demo becomes a lead, with the visits from before', (context) =>
  withPage(context, async (page) => {
    const troubles = await open(page);
    await visitsBecome(page, ['/demo']);
    expect(await page.locator('#lead').innerText()).toContain('An unknown visitor');

    await page.getByRole('link', { name: 'Pricing' }).click();
    await page.getByRole('button', { name: 'Ask for a quote' }).click();
    const visits = [
      '/event/Quote-Requested?plan=pro&seats=12&',
      '/demo/pricing?currency=eur',
      '/demo',
    ];
    await visitsBecome(page, visits);
    expect(await page.locator('#visits .known').count()).toBe(0);

    await introduce(page, 'jane@example.com');
    await page.getByText('Marketo knows you, and which visits were yours: 3.').waitFor();
    expect(await page.locator('#lead dl').innerText()).toMatch(
      /Email\s+jane@example\.com\s+Company\s+Bridges & Sons\s+FirstName\s+Jane\s+Plan\s+pro/,
    );
    expect(await page.locator('#visits .known').allTextContents()).toEqual(
      visits.map(() => 'jane@example.com'),
    );
    expect(local.simulator?.simulator.leads('jane@example.com')).toHaveLength(1);

    await page.setViewportSize({ width: 1280, height: 900 });
    await page.screenshot({ path: join(pictures, 'demo-1280.png'), fullPage: true });
    expect(troubles.errors).toEqual([]);
    expect([...troubles.origins].sort()).toEqual([local.url, local.simulator?.url].sort());
  }),
);

test.concurrent(
  'becoming another visitor begins with no visits and leaves the lead alone',
  (context) =>
    withPage(context, async (page) => {
      await open(page, '/demo/docs');
      await visitsBecome(page, ['/demo/docs']);
      await introduce(page, 'first@example.com');
      await page.locator('#lead .known').waitFor();
      await page.getByRole('button', { name: 'Become another visitor' }).click();
      await page.getByText('An unknown visitor').waitFor();
      await visitsBecome(page, ['/demo']);
      // The call that gives the lead its cookie comes after the one that makes the lead.
      await vi.waitFor(
        () => {
          const visits = local.simulator?.simulator.visits('first@example.com') ?? [];
          expect(visits.map(({ path }) => path)).toEqual(['/demo/docs']);
        },
        { timeout: maxMs / 3, interval: 50 },
      );
    }),
);

test.concurrent(
  'the back button is a visit, and a page opened by its address shows that page',
  (context) =>
    withPage(context, async (page) => {
      await open(page, '/demo/pricing');
      expect(await page.getByRole('heading', { name: 'Pricing' }).isVisible()).toBe(true);
      await page.getByRole('link', { name: 'Docs' }).click();
      await page.goBack();
      await visitsBecome(page, ['/demo/pricing', '/demo/docs', '/demo/pricing']);
      expect(await page.getByRole('heading', { name: 'Pricing' }).isVisible()).toBe(true);
      expect(await page.title()).toBe('Pricing – Kestrel Instruments');
    }),
);

test.concurrent('everything fits a phone and a desktop, light and dark', (context) =>
  withPage(context, async (page) => {
    await open(page);
    await visitsBecome(page, ['/demo']);
    for (const [width, height, colorScheme] of [
      [390, 844, 'light'],
      [1280, 900, 'dark'],
      [360, 740, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      expect(await isWiderThanScreen(page), `${width}`).toBe(false);
      await page.screenshot({ path: join(pictures, `demo-${width}-${colorScheme}.png`) });
      const summary = page.locator('#summary');
      expect(await summary.isVisible()).toBe(width < 896);
    }
    await page.getByRole('link', { name: 'Marketo: 1 visit' }).click();
    await vi.waitFor(async () => {
      expect(await page.locator('#summary').isVisible()).toBe(false);
    });
  }),
);

test.concurrent(
  'where Munchkin is blocked the page says so, and an introduction arrives all the same',
  (context) =>
    withPage(context, async (page) => {
      await page.route('**/munchkin.js', (route) => route.abort());
      await open(page);
      await page.getByText('Munchkin has not loaded yet').waitFor();
      await introduce(page, 'blocked@example.com');
      await page.locator('#lead .known', { hasText: 'Jane' }).waitFor();
      expect(local.simulator?.simulator.leads('blocked@example.com')).toHaveLength(1);
    }),
);
