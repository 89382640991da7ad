import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { shortHashOf } from '../../../../lambdas/digest.ts';
import { pagesForThisFile } from '../../../support/chromium.ts';
import { nameless, weakTexts } from './audit.ts';
import { createFakeOperations, type FakeOperations } from './fake/operations.ts';
import { jakesEvent } from './fake/jake.ts';
import { serveConsole, type Served } from './served.ts';
import { eventually, hashOfPage, maxMs, open, pictureOf } from './support.ts';

vi.setConfig({ testTimeout: maxMs, hookTimeout: maxMs });

const withPage = pagesForThisFile();

let operations: FakeOperations;
let served: Served;

beforeAll(async () => {
  operations = createFakeOperations();
  served = await serveConsole(operations);
});

afterAll(() => served.stop());

const part = (page: Page, name: string) => page.getByRole('region', { name });

const choose = (page: Page, sample: RegExp) =>
  page
    .getByLabel('Sample')
    .locator('option', { hasText: sample })
    .textContent()
    .then((name) => page.getByLabel('Sample').selectOption(name ?? ''));

test('an event shows its lead, each field with what filled it, and the requests', (context) =>
  withPage(context, async (page) => {
    const { errors } = await open(page, served.url, '#/preview');
    await part(page, 'Fields').waitFor();
    expect(await part(page, 'What becomes of it').innerText()).toMatch(
      /The event sets \w+ fields\.[^]*It finds the lead jane@example\.com/,
    );
    expect(
      await part(page, 'Fields')
        .getByRole('row', { name: /FirstName/ })
        .innerText(),
    ).toMatch(/Jane\s+firstName/);
    expect(await part(page, 'Requests to Marketo').innerText()).toContain('POST leads.json');
    await part(page, 'Requests to Marketo').getByRole('button', { name: 'SOAP' }).click();
    expect(await part(page, 'Requests to Marketo').innerText()).toContain('syncLead');
    expect(errors).toEqual([]);
  }));

test('what a rule makes of an order is told with the name of the rule', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/preview');
    await choose(page, /orders/);
    await part(page, 'Custom activity').waitFor();
    expect(await part(page, 'Rules of the mapping').innerText()).toMatch(/orders\s+It applies\./);
    expect(await part(page, 'Fields').innerText()).toContain('customers: properties.orderId');
    await choose(page, /Engage/);
    await part(page, 'Lists and more').waitFor();
    expect(await part(page, 'Lists and more').innerText()).toMatch(/Static list 1001\s+added/);
  }));

test('another mapping shows at once what it would change, and its problems with the line', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/preview');
    const mapping = page.getByLabel('The mapping as JSON');
    await eventually(async () => {
      expect(await mapping.inputValue()).toContain('Order Completed');
    });
    await mapping.fill('{\n  "fieldMap": {"plan": "Plan_Tier", "company": false}\n}');
    await part(page, 'Fields').getByText('gone').first().waitFor();
    const rows = await part(page, 'Fields').getByRole('row').allInnerTexts();
    expect(rows.filter((row) => /\bnew\b/.test(row)).join()).toContain('Plan_Tier');
    expect(rows.filter((row) => /\bgone\b/.test(row)).join()).toContain('Company');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(weakTexts)).toEqual([]);
        await page.screenshot({
          path: pictureOf(`preview-change-${width}-${colorScheme}`),
          fullPage: true,
        });
      }
    }
    expect(await page.evaluate(nameless)).toEqual([]);
    await mapping.fill('{\n  "feldMap": {}\n}');
    await page.getByText('mapping.json:2').waitFor();
    await page.getByRole('button', { name: 'Back to the one in force' }).click();
    expect(await mapping.inputValue()).toContain('Order Completed');
  }));

test('what is no JSON yet is told, and the last preview stays', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/preview');
    await part(page, 'Fields').waitFor();
    await page.getByLabel('The event as JSON').fill('{"type": ');
    await page.getByText('This is not JSON yet').waitFor();
    expect(await part(page, 'Fields').isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'Send as a test event…' }).isDisabled()).toBe(
      true,
    );
  }));

test('a test event is sent after a question, and arrives step by step', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/preview');
    await page.getByLabel('The event as JSON').fill('{"type": "identify", "userId": "u"}');
    await page.getByRole('button', { name: 'Send as a test event…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    const arrival = part(page, 'The test event on its way');
    await arrival.getByText('synced').first().waitFor();
    expect(operations.asked).toContain('send {"type":"identify","userId":"u"}');
    await page.screenshot({ path: pictureOf('preview-test-1280-light'), fullPage: true });
    await arrival.getByRole('link', { name: 'The page of this event' }).click();
    expect(hashOfPage(page)).toBe(`#/event/${shortHashOf(jakesEvent)}`);
  }));
