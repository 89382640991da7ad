import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { leadIdOf, shortHashOf } from '../../../../lambdas/digest.ts';
import { pagesForThisFile } from '../../../support/chromium.ts';
import { nameless, weakTexts } from './audit.ts';
import { closedFlow } from './fake/flow.ts';
import { createFakeOperations, type FakeOperations } from './fake/operations.ts';
import { jake, jakesEvent } from './fake/jake.ts';
import { serveConsole, type Served } from './served.ts';
import { eventually, maxMs, open, pictureOf } from './support.ts';

vi.setConfig({ testTimeout: maxMs, hookTimeout: maxMs });

const withPage = pagesForThisFile();

let operations: FakeOperations;
let served: Served;

beforeAll(async () => {
  operations = createFakeOperations(24);
  served = await serveConsole(operations);
});

afterAll(() => served.stop());

const pages = {
  flow: '#/',
  lead: `#/lead/${leadIdOf(jake)}`,
  event: `#/event/${shortHashOf(jakesEvent)}`,
  events: '#/events',
  people: '#/people',
  problems: '#/problems',
  preview: '#/preview',
  health: '#/health',
  budget: '#/budget',
  dead: '#/dead',
} as const;

const screens = [
  { width: 1440, height: 900 },
  { width: 820, height: 1_180 },
  { width: 320, height: 900 },
] as const;

const isWiderThanScreen = 'document.documentElement.scrollWidth > innerWidth';

/** Looks at the page as it is in both themes and on all screens. */
const lookAt = async (page: Page, name: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const screen of screens) {
      await page.setViewportSize(screen);
      const where = `${name} ${screen.width} ${colorScheme}`;
      expect(await page.evaluate(isWiderThanScreen), where).toBe(false);
      expect(await page.evaluate(weakTexts), where).toEqual([]);
      await page.screenshot({ path: pictureOf(`${name}-${screen.width}-${colorScheme}`) });
    }
  }
  expect(await page.evaluate(nameless), name).toEqual([]);
};

test.for(Object.entries(pages))(
  'the page “%s” is readable everywhere and takes nothing from elsewhere',
  ([name, hash], context) =>
    withPage(context, async (page) => {
      const { errors, addresses } = await open(page, served.url, hash);
      await lookAt(page, name);
      expect(errors).toEqual([]);
      const { origin } = new URL(served.url);
      expect(addresses.filter((address) => !address.startsWith(`${origin}/console`))).toEqual([]);
    }),
);

test('dialogs and bad news are readable, too', (context) =>
  withPage(context, async (page) => {
    const own = createFakeOperations(24);
    const console = await serveConsole(own);
    own.shows(closedFlow);
    await open(page, console.url);
    await page.getByRole('button', { name: 'Keys and words' }).click();
    await lookAt(page, 'help');
    await page.keyboard.press('Escape');
    await open(page, console.url, '#/dead');
    await page.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Drop…' }).click();
    await lookAt(page, 'drop');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.locator('.stage').first().waitFor();
    await console.stop();
    await page.getByText('Not connected.').waitFor();
    await lookAt(page, 'disconnected');
  }));

test('the budget is plotted, with its reset in local time and in Marketo’s', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/budget');
    const colours = (): Promise<number> =>
      page.evaluate<number>(`(() => {
        const canvas = document.querySelector('.plot canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
      })()`);
    await eventually(async () => {
      expect(await colours()).toBeGreaterThan(4);
    });
    const figures = await page.locator('.figures').innerText();
    expect(figures).toMatch(/Used\s+[\d,]+\s+of 40,000 calls a day, \d+%/);
    expect(figures).toMatch(/at \d\d:00 here, Wed,? 00:00 CDT for Marketo/);
    await page.getByText('By the hour, as a table').click();
    const hours = await page
      .getByRole('table', { name: 'Calls by the hour' })
      .locator('td')
      .allInnerTexts();
    const used = Number(/Used\s+([\d,]+)/.exec(figures)?.[1]?.replaceAll(',', ''));
    expect(hours.reduce((sum, calls) => sum + Number(calls.replaceAll(',', '')), 0)).toBe(used);
  }));

test('under the pointer the plot tells that moment', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/budget');
    const over = page.locator('.plot .u-over');
    await over.hover({ position: { x: 200, y: 80 } });
    await eventually(async () => {
      expect(await page.locator('.legend .moment').innerText()).toMatch(/^\d\d:\d\d$/);
    });
  }));
