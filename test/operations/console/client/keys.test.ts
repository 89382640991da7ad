import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pagesForThisFile } from '../../../support/chromium.ts';
import { createFakeOperations } from './fake/operations.ts';
import { serveConsole, type Served } from './served.ts';
import { eventually, hashOfPage, maxMs, open } from './support.ts';

vi.setConfig({ testTimeout: maxMs, hookTimeout: maxMs });

const withPage = pagesForThisFile();

let served: Served;

beforeAll(async () => {
  served = await serveConsole(createFakeOperations());
});

afterAll(() => served.stop());

const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

const focused = (page: Page): Promise<string> =>
  page.evaluate<string>(
    `(({ tagName, textContent, ariaLabel }) => tagName + ' ' + (ariaLabel ?? textContent))(document.activeElement)`,
  );

test('g and a letter go from page to page, and the new page’s name has the focus', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    for (const [key, hash, name] of [
      ['b', '#/budget', 'Budget'],
      ['d', '#/dead', 'Dead letters'],
      ['f', '#/', 'Flow'],
    ] as const) {
      await press(page, 'g', key);
      await eventually(async () => {
        expect(hashOfPage(page)).toBe(hash);
        expect(await focused(page)).toBe(`H1 ${name}`);
      });
    }
  }));

test('a letter alone goes nowhere', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await press(page, 'b', 'g', 'x', 'b');
    expect(hashOfPage(page)).toBe('');
  }));

test('/ goes to the search, where letters are text, and Escape leaves it', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await press(page, '/');
    expect(await focused(page)).toBe('INPUT Find a lead or an event');
    await press(page, 'g', 'b', '?');
    expect(await page.getByRole('searchbox').first().inputValue()).toBe('gb?');
    expect(hashOfPage(page)).toBe('');
    await press(page, 'Escape');
    expect(await focused(page)).toMatch(/^BODY/);
  }));

test('? shows the keys and the words, and Escape closes them', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await press(page, '?');
    const help = page.getByRole('dialog', { name: 'Keys and words' });
    expect(await help.innerText()).toMatch(/Go to the budget[\s\S]*superseded[\s\S]*newer event/);
    await press(page, 'Escape');
    await help.waitFor({ state: 'detached' });
  }));

test('j, k and the arrows walk through a list, Enter opens the row', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/dead');
    const focusedRow = () =>
      page.evaluate<number>(
        `[...document.querySelectorAll('[data-row]')].indexOf(document.activeElement)`,
      );
    const places: number[] = [];
    for (const key of ['j', 'j', 'ArrowDown', 'k', 'ArrowUp', 'k', 'k']) {
      await press(page, key);
      places.push(await focusedRow());
    }
    expect(places).toEqual([0, 1, 2, 1, 0, 0, 0]);
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await press(page, 'x');
    await page.getByText('1 ticked').waitFor();
    await press(page, 'Enter');
    await eventually(() => {
      expect(hashOfPage(page)).toMatch(/^#\/event\//);
    });
  }));

test('p holds the latest lines, and lets them go on', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await press(page, 'p');
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await press(page, 'p');
    await page.getByRole('button', { name: 'Hold' }).waitFor();
  }));

test('the first key of Tab is a way past the header', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await press(page, 'Tab');
    expect(await focused(page)).toBe('A To the content');
    await press(page, 'Enter');
    expect(await focused(page)).toMatch(/^MAIN/);
    expect(hashOfPage(page)).toBe('');
  }));
