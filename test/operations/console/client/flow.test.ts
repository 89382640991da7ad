import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { OperationsError } from '../../../../operations/error.ts';
import { pagesForThisFile } from '../../../support/chromium.ts';
import { busyFlow, closedFlow, emptyFlow } from './fake/flow.ts';
import { createFakeOperations, type FakeOperations } from './fake/operations.ts';
import { serveConsole, type Served } from './served.ts';
import { eventually, maxMs, open } from './support.ts';

vi.setConfig({ testTimeout: maxMs, hookTimeout: maxMs });

const withPage = pagesForThisFile();

let operations: FakeOperations;
let served: Served;

beforeAll(async () => {
  operations = createFakeOperations();
  served = await serveConsole(operations);
});

afterAll(() => served.stop());

const stage = (page: Page, name: string) =>
  page.locator('.stage', { has: page.getByRole('heading', { name }) });

const rowsOf = (page: Page) =>
  page.getByRole('table', { name: 'Latest lines' }).locator('tbody tr');

test('the flow shows what is in each place and what moves', (context) =>
  withPage(context, async (page) => {
    operations.shows(busyFlow);
    await open(page, served.url);
    expect(await stage(page, 'Queue').innerText()).toMatch(/318\s+events wait/);
    expect(await stage(page, 'Mailbox').innerText()).toMatch(/2,417\s+leads wait or are held/);
    expect(await stage(page, 'Mailbox').innerText()).toMatch(/Ticks later\s+1,180/);
    expect(await stage(page, 'Ingest').getByRole('img').getAttribute('aria-label')).toMatch(
      /^events by minutes: \d+,\d{3} in the last hour/,
    );
    expect(await stage(page, 'Dead letters').innerText()).toMatch(/12\s+were given up/);
    expect(await page.locator('.worth').innerText()).toMatch(
      /In the last hour \d+,\d{3} events became \d+ calls to Marketo, \d+ events a call\./,
    );
    expect(await page.getByRole('link', { name: 'Dead letters 12' }).isVisible()).toBe(true);
  }));

test('new lines come by themselves, and rows that stay are the same elements', (context) =>
  withPage(context, async (page) => {
    operations.shows(busyFlow);
    await open(page, served.url);
    await rowsOf(page).first().waitFor();
    await page.evaluate(
      `document.querySelectorAll('.lines tbody tr').forEach((row, at) => { row.wasAt = at; })`,
    );
    const moved = await eventually(async () => {
      const places = await page.evaluate<(number | null)[]>(
        `[...document.querySelectorAll('.lines tbody tr')].map(({ wasAt }) => wasAt ?? null)`,
      );
      expect(places[0]).toBeNull();
      return places;
    });
    const kept = moved.filter((place) => place !== null);
    expect(kept).toEqual(kept.toSorted((left, right) => left - right));
    expect(kept[0]).toBe(0);
  }));

test('the latest lines hold still while somebody asks for it', (context) =>
  withPage(context, async (page) => {
    operations.shows(busyFlow);
    await open(page, served.url);
    await page.getByRole('button', { name: 'Hold' }).click();
    const held = await rowsOf(page).first().innerText();
    const before = operations.asked.length;
    await eventually(() => {
      expect(operations.asked.length).toBeGreaterThan(before + 2);
    });
    expect(await rowsOf(page).first().innerText()).toBe(held);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.mouse.move(0, 0);
    await eventually(async () => {
      expect(await rowsOf(page).first().innerText()).not.toBe(held);
    });
  }));

test('the lines can be narrowed to calls and to trouble', (context) =>
  withPage(context, async (page) => {
    operations.shows(busyFlow);
    await open(page, served.url);
    for (const [button, words] of [
      ['Calls', ['call']],
      ['Trouble', ['refused', 'warning']],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      const chips = await rowsOf(page).locator('.chip').allTextContents();
      expect(new Set(chips)).toEqual(new Set(words));
    }
  }));

test('a page over a log of 100,000 events stays small', (context) =>
  withPage(context, async (page) => {
    operations.shows((now) => busyFlow(now, 20_000));
    await open(page, served.url);
    const events = await stage(page, 'Ingest').locator('figcaption').innerText();
    expect(Number(events.replace(/\D/g, ''))).toBeGreaterThan(90_000);
    expect(await rowsOf(page).count()).toBe(60);
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(1_500);
  }));

test('a closed window is said first, with its reason and how long it lasts', (context) =>
  withPage(context, async (page) => {
    operations.shows(closedFlow);
    await open(page, served.url);
    expect(await page.locator('.notice').innerText()).toMatch(
      /Marketo is closed to all until .* \(3 min 1\d s left\): Marketo does not accept the client id and secret \(601\)/,
    );
    expect(await stage(page, 'Marketo').innerText()).toMatch(/Window\s+closed/);
  }));

test('where nothing has happened yet the page says where to send the first event', (context) =>
  withPage(context, async (page) => {
    operations.shows(emptyFlow);
    await open(page, served.url);
    await page
      .getByText('No lines yet. Send an event to http://127.0.0.1:8080/v1/identify')
      .waitFor();
    await page.getByText('All is quiet').waitFor();
  }));

test('a console that is gone is said plainly, and the page recovers by itself', (context) =>
  withPage(context, async (page) => {
    const own = await serveConsole(createFakeOperations());
    await open(page, own.url);
    await page.getByText('Live', { exact: true }).waitFor();
    await own.stop();
    await page.getByRole('alert').getByText('Not connected.').waitFor();
    await page.getByText(/What you see is from .* Trying again/).waitFor();
    expect(await stage(page, 'Queue').isVisible()).toBe(true);
    await own.start();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await own.stop();
  }));

test('what the destination itself cannot be asked for is said in its own words', (context) =>
  withPage(context, async (page) => {
    operations.shows(busyFlow);
    await open(page, served.url);
    operations.fails(new OperationsError('denied', 'AWS does not let you read the queues.'));
    await page.getByRole('alert').getByText('AWS does not let you read the queues.').waitFor();
    await page.getByText('Trouble', { exact: true }).first().waitFor();
    operations.fails(undefined);
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
  }));

test('a page that nobody sees asks nothing, and asks at once when it is seen again', (context) =>
  withPage(context, async (page) => {
    operations.shows(busyFlow);
    await page.clock.install();
    await open(page, served.url);
    const see = (isSeen: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${String(!isSeen)}, configurable: true });
         document.dispatchEvent(new Event('visibilitychange'));`,
      );
    await see(false);
    // What was on its way when the page was hidden has come by then.
    await page.waitForLoadState('networkidle');
    const before = operations.asked.length;
    await page.clock.runFor(120_000);
    expect(operations.asked.length).toBe(before);
    await see(true);
    await eventually(() => {
      expect(operations.asked.length).toBeGreaterThan(before);
    });
  }));
