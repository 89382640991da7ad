import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { leadIdOf, shortHashOf } from '../../../../lambdas/digest.ts';
import { pagesForThisFile } from '../../../support/chromium.ts';
import { createFakeOperations, type FakeOperations } from './fake/operations.ts';
import { jake, jakesEvent } from './fake/jake.ts';
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

const rows = (page: Page) => page.getByRole('table', { name: /Events/ }).locator('tbody tr');
const textsOf = (page: Page) => rows(page).allInnerTexts();

describe('the page of events', () => {
  test('shows every event with its person and outcome, and filters them by each field', (context) =>
    withPage(context, async (page) => {
      await open(page, served.url, '#/events');
      await rows(page).first().waitFor();
      expect(await textsOf(page)).toHaveLength(60);
      await page.getByLabel('Outcome').selectOption('given up');
      await eventually(async () => {
        const texts = await textsOf(page);
        expect(texts.length).toBeGreaterThan(0);
        expect(texts.filter((text) => !/given up[^]*no such field/.test(text))).toEqual([]);
      });
      expect(hashOfPage(page)).toBe('#/events/outcome=dead&range=all');
      await page.getByLabel('Outcome').selectOption('any');
      await page.getByLabel('Event or page').fill('order');
      await page.getByLabel('Source').fill('shop');
      await eventually(async () => {
        const texts = await textsOf(page);
        expect(texts.every((text) => text.includes('Order Completed'))).toBe(true);
      });
      await page.getByLabel('Event or page').fill('nothing like it');
      await page.getByText('No event is like that.').waitFor();
    }));

  test('finds a person by a part, and never writes who it is into the address', (context) =>
    withPage(context, async (page) => {
      await open(page, served.url, '#/events');
      const person = page.getByRole('searchbox', { name: 'Person' });
      await person.fill('ja');
      await page.getByText('at least 3 characters').waitFor();
      await person.fill('jake');
      await eventually(async () => {
        const texts = await textsOf(page);
        expect(texts.length).toBeGreaterThan(0);
        expect(texts.filter((text) => !/jake|Jake/.test(text))).toEqual([]);
      });
      expect(page.url()).not.toContain('jake');
      // Followed, it goes on to the page of keys: the made-up history has events of nobody who is known.
      const href = await rows(page).first().locator('.person a').getAttribute('href');
      expect(href).toBe(`#/lead/${leadIdOf('jake@example.com')}`);
    }));

  test('brings older events at a press, and the address brings the same filter again', (context) =>
    withPage(context, async (page) => {
      await open(page, served.url, '#/events/outcome=held');
      await page.getByRole('button', { name: /Load more than these 60/ }).click();
      await eventually(async () => {
        expect(await rows(page).count()).toBe(120);
      });
      expect(await page.getByLabel('Outcome').inputValue()).toBe('held');
    }));

  test('comes by itself while it is live, and stands still when held', (context) =>
    withPage(context, async (page) => {
      await open(page, served.url, '#/events');
      await rows(page).first().waitFor();
      const asked = () => operations.asked.filter((call) => call.startsWith('events')).length;
      const before = asked();
      await eventually(() => {
        expect(asked()).toBeGreaterThan(before);
      });
      await page.getByRole('button', { name: 'Live', pressed: true }).click();
      expect(await page.getByRole('button', { name: 'Held' }).isVisible()).toBe(true);
    }));

  test.for([
    ['CSV', 'csv', /^at,receivedAt,outcome,reason,type,name,source,email/],
    ['JSON Lines', 'jsonl', /^\{"/],
  ] as const)('saves all that is filtered as %s', ([name, ending, begins], context) =>
    withPage(context, async (page) => {
      await open(page, served.url, '#/events/outcome=dead');
      await rows(page).first().waitFor();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name, exact: true }).click();
      const file = await download;
      expect(file.suggestedFilename()).toMatch(new RegExp(`^events-.*\\.${ending}$`));
      const text = await readFile(await file.path(), 'utf8');
      expect(text).toMatch(begins);
      const lines = text.trimEnd().split('\n');
      expect(lines.length).toBeGreaterThanOrEqual(500);
      expect(lines.slice(1).filter((line) => !line.includes('dead'))).toEqual([]);
    }),
  );
});

describe('the page of problems', () => {
  test('groups events by reason, says what to do, and leads to the events', (context) =>
    withPage(context, async (page) => {
      await open(page, served.url, '#/problems');
      const problem = page.locator('.problem', { hasText: 'Marketo has no such field: Plan_Tier' });
      await problem.waitFor();
      expect(await problem.innerText()).toMatch(/[\d,]+ events of \d+ (?:people|person), first/);
      expect(await problem.innerText()).toContain('Make the field in Marketo');
      await problem.getByRole('link', { name: /events/ }).click();
      await eventually(async () => {
        const texts = await textsOf(page);
        expect(texts.length).toBeGreaterThan(0);
        expect(texts.every((text) => text.includes('Plan_Tier'))).toBe(true);
      });
    }));

  test('resends all of a group after a question', (context) =>
    withPage(context, async (page) => {
      const own = createFakeOperations();
      const because = 'Marketo has no such field: Plan_Tier';
      own.letters.splice(0, own.letters.length, ...own.letters.map((one) => ({ ...one, because })));
      const console = await serveConsole(own);
      await open(page, console.url, '#/problems');
      await page.getByRole('button', { name: 'Resend all…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Resend 12 dead letters?' });
      await dialog.getByRole('button', { name: 'Resend 12' }).click();
      await page.getByText(/11 resent, 1 superseded/).waitFor();
      expect(own.letters).toEqual([]);
      await console.stop();
    }));
});

test('people are found by a part of their name, and lead to their page', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/people');
    await page.getByLabel(/Part of an e-mail/).fill('kröger');
    const link = page.getByRole('link', { name: 'zoë@example.com' });
    await link.waitFor();
    await page.screenshot({ path: pictureOf('people-found-1280-light') });
    await link.click();
    // Without a mailbox, the page looks whether it is a key.
    expect(hashOfPage(page)).toMatch(new RegExp(`^#/(?:lead|key)/${leadIdOf('zoë@example.com')}$`));
  }));

test('a bar of the flow leads to its events', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/');
    const bars = page.getByRole('group', { name: 'Events over time' }).getByRole('link');
    await bars.first().waitFor();
    await page.getByRole('button', { name: '24 h' }).click();
    await eventually(async () => {
      expect(await bars.count()).toBeGreaterThan(40);
    });
    await bars.last().click();
    expect(hashOfPage(page)).toMatch(/^#\/events\/range=between&from=\d+&to=\d+$/);
    await rows(page).first().waitFor();
  }));

test('the health page tells which alarms ring, and checks at a press, where what is wrong comes first', (context) =>
  withPage(context, async (page) => {
    const own = {
      ...createFakeOperations(),
      check: () =>
        Promise.resolve([
          { name: 'leads table', state: 'ok' as const, says: 'It answers.' },
          {
            name: 'Marketo credentials',
            state: 'wrong' as const,
            says: 'Marketo does not take them.',
            todo: 'Store new ones in the secret.',
          },
        ]),
    };
    const console = await serveConsole(own);
    await open(page, console.url, '#/health');
    const loud = page.getByRole('list', { name: 'Alarms that ring' });
    expect(await loud.innerText()).toMatch(
      /rings MarketoUnavailable since[^]*docs\/operations\.md#marketo-is-unavailable/,
    );
    await page.getByText('2 more alarms').click();
    await page.getByText('Events wait in the dead-letter queue.').waitFor();
    expect(await page.locator('.facts').innerText()).toMatch(/[\d,]+ of 40,000, \d+%/);
    await page.getByRole('button', { name: 'Check now' }).click();
    const list = page.getByRole('list', { name: 'What was checked' });
    await list.waitFor();
    expect(await list.getByRole('listitem').first().innerText()).toMatch(
      /wrong Marketo credentials\s+Marketo does not take them\.\s+What to do: Store new ones/,
    );
    await page.screenshot({ path: pictureOf('health-checked-1280-light') });
    await console.stop();
  }));

test('somebody’s data is deleted from their page after a question', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, `#/lead/${leadIdOf(jake)}`);
    await page.getByRole('button', { name: 'Delete this person’s data…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await eventually(() => {
      expect(hashOfPage(page)).toBe(`#/event/${shortHashOf(jakesEvent)}`);
    });
    expect(operations.asked).toContain(`erase ${jake}`);
  }));

describe('the flow', () => {
  test('tells how late events get to Marketo and how its calls stand to the pace; each bar leads to its events', (context) =>
    withPage(context, async (page) => {
      await open(page, served.url, '#/');
      const latency = page.getByRole('region', { name: 'From accepted to in Marketo' });
      await latency.getByText(/^half within \d+ ms, 95% within \d+ ms$/).waitFor();
      await page
        .getByText(/[\d,]+ calls; \d+ bars? over the pace|never more than the pace/)
        .waitFor();
      await page.getByRole('group', { name: 'Calls over time' }).locator('a').first().waitFor();
      await page.screenshot({ path: pictureOf('flow-charts'), fullPage: true });
      await latency.locator('a').last().press('Enter');
      await eventually(() => {
        expect(hashOfPage(page)).toMatch(
          /^#\/events\/outcome=delivered&range=between&from=\d+&to=\d+$/,
        );
      });
    }));
});

describe('the page of an event', () => {
  test('says what the event is and of whom, and shows its bodies only at a press', (context) =>
    withPage(context, async (page) => {
      await open(page, served.url, `#/event/${shortHashOf(jakesEvent)}`);
      const bodies = page.getByRole('region', { name: 'In and out' });
      await bodies.getByText('It is personal data.').waitFor();
      expect(await page.locator('.facts').innerText()).toMatch(
        /identify[^]*shop[^]*jake\.ferguson/,
      );
      expect(await page.locator('main').innerText()).not.toContain('Bridges & Sons');
      await bodies.getByRole('button', { name: 'Show' }).click();
      await bodies.getByText('What Marketo answered').waitFor();
      expect(await bodies.innerText()).toMatch(/"company": "Bridges & Sons"[^]*cut off/);
      await page.screenshot({ path: pictureOf('event-bodies'), fullPage: true });
      await bodies.getByRole('button', { name: 'Hide' }).click();
      await bodies.getByText('It is personal data.').waitFor();
      expect(await page.locator('main').innerText()).not.toContain('Bridges & Sons');
    }));
});
