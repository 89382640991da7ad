import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { keyIdOf, leadIdOf, shortHashOf } from '../../../../lambdas/digest.ts';
import { pagesForThisFile } from '../../../support/chromium.ts';
import { createFakeOperations, type FakeOperations } from './fake/operations.ts';
import { jake, jakesCookie, jakesEvent } from './fake/jake.ts';
import { serveConsole, type Served } from './served.ts';
import { eventually, hashOfPage, maxMs, open } from './support.ts';

vi.setConfig({ testTimeout: maxMs, hookTimeout: maxMs });

const withPage = pagesForThisFile();

let operations: FakeOperations;
let served: Served;

beforeAll(async () => {
  operations = createFakeOperations();
  served = await serveConsole(operations);
});

afterAll(() => served.stop());

const leadPage = `#/lead/${leadIdOf(jake)}`;

const search = async (page: Page, text: string): Promise<void> => {
  await page.getByRole('searchbox', { name: 'Find a lead or an event' }).fill(text);
  await page.keyboard.press('Enter');
};

const reaches = (page: Page, hash: string): Promise<void> =>
  eventually(() => {
    expect(hashOfPage(page)).toBe(hash);
  });

test.for([
  ['e-mail', jake],
  ['e-mail in other letters', `  ${jake.toUpperCase()} `],
  ['userId', 'u-1042'],
  ['anonymousId', 'a-77'],
  ['token of a cookie', jakesCookie],
  ['whole cookie', `id:561-HYG-937&token:${jakesCookie}`],
] as const)('a lead is found by its %s', ([, text], context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await search(page, text);
    await reaches(page, leadPage);
    await page.getByRole('heading', { name: jake }).waitFor();
  }),
);

test('an event is found by its messageId', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await search(page, jakesEvent);
    await reaches(page, `#/event/${shortHashOf(jakesEvent)}`);
    await page.getByText('Marketo has all of it').waitFor();
  }));

test('somebody without an e-mail has a page of their key', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await search(page, 'a-unknown');
    await reaches(page, `#/key/${keyIdOf('anonymousId', 'a-unknown')}`);
    await page.getByRole('heading', { name: 'Somebody without an e-mail' }).waitFor();
    await page.getByRole('row', { name: /Industry held Bridges/ }).waitFor();
  }));

test('a key that has a lead leads to the page of that lead', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, `#/key/${keyIdOf('userId', 'u-1042')}`);
    await reaches(page, leadPage);
  }));

test('where the log names a key in the place of a lead, the way leads to the key’s page', (context) =>
  withPage(context, async (page) => {
    const id = keyIdOf('anonymousId', 'a-unknown');
    await open(page, served.url, `#/lead/${id}`);
    await reaches(page, `#/key/${id}`);
    await page.getByRole('heading', { name: 'Somebody without an e-mail' }).waitFor();
  }));

test('what nobody knows is said, and another kind is not tried where one was named', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await search(page, 'nobody');
    await page
      .getByText('Nothing is known by that. A person may be known by another key')
      .waitFor();
    await page.getByLabel('What it is').selectOption('userId');
    operations.asked.length = 0;
    await search(page, 'nobody');
    await page.getByText('Nothing is known by that userId.').waitFor();
    expect(operations.asked.filter((call) => /lead|event/.test(call))).toEqual(['lead userId']);
    await page.getByLabel('What it is').selectOption('email');
    await search(page, 'nobody');
    await page.getByText('email is not an e-mail address').waitFor();
  }));

test('what was typed gets into no address and no title', (context) =>
  withPage(context, async (page) => {
    const { addresses } = await open(page, served.url);
    await search(page, jake);
    await page.getByRole('heading', { name: jake }).waitFor();
    const seen = [...addresses, page.url(), await page.title()].map(decodeURIComponent);
    expect(seen.filter((text) => /jake|ferguson/i.test(text))).toEqual([]);
    expect(await page.getByRole('searchbox').first().inputValue()).toBe('');
    expect(await page.title()).toBe('Lead – local run – Marketo destination');
  }));

test('a lead’s page says why each field is where it is', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, leadPage);
    const field = (name: string) => page.locator('.fields-table tbody tr', { hasText: name });
    expect(await field('FavoriteColor').innerText()).toMatch(
      /rejected[\s\S]*green[\s\S]*Marketo has no field of this name[\s\S]*since .* \(2 h ago\)/,
    );
    expect(await field('Fax').innerText()).toMatch(/waiting[\s\S]*cleared/);
    expect(await field('FirstName').innerText()).toMatch(/sent[\s\S]*not kept/);
    await page.getByRole('button', { name: '4 waiting' }).click();
    expect(await page.locator('.fields-table tbody tr').count()).toBe(4);
    for (const text of ['lead 318294', '_mch-example.com-1374552656411-90718', 'Quote Requested'])
      expect(await page.locator('.aside').innerText()).toContain(text);
  }));

test('the lock counts down', (context) =>
  withPage(context, async (page) => {
    await page.clock.install();
    await open(page, served.url, leadPage);
    const lock = page.locator('.lock .big');
    const seconds = async (): Promise<number> => Number(/\d+/.exec(await lock.innerText())?.[0]);
    const first = await seconds();
    expect(first).toBeGreaterThan(0);
    await page.clock.runFor(1_000);
    await eventually(async () => {
      expect(await seconds()).not.toBe(first);
    });
  }));

test('a lead with a thousand fields and a long history has a small page', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, `#/lead/${leadIdOf('giant@example.com')}`);
    await page.getByText('A call is on its way').waitFor();
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(3_500);
    await page.getByLabel('Fields whose name contains').fill('0420');
    expect(await page.locator('.fields-table tbody tr').count()).toBe(1);
    await page.getByRole('button', { name: /more of .* lines/ }).click();
    expect(await page.locator('.lines tbody tr').count()).toBe(120);
  }));

test('an event’s page says how long each step took, the wait for the lock among them', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, `#/event/${shortHashOf(jakesEvent)}`);
    const steps = await page.locator('.steps li').allInnerTexts();
    const shape = steps.map((step) =>
      step.replace(/\s+/g, ' ').replace(/\d\d:\d\d:\d\d\.\d+ /, ''),
    );
    expect(shape).toEqual([
      'start queued ingest It is safe in the queue; the sender has its answer.',
      '+96 ms absorbed absorb Company, NumberOfEmployees',
      '+214 ms waiting sync Company, NumberOfEmployees the lead is locked after its last call',
      '+26 s until its call began',
      '+1.6 s call sync 12 leads over REST, 2 requests, 1.6 s 11 synced 1 retry the database of Marketo was busy (604)',
      '+40 ms synced sync Company, NumberOfEmployees',
    ]);
    await page.getByRole('link', { name: jake }).click();
    await reaches(page, leadPage);
  }));

test('an event that is not known yet is looked for until it comes', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url, '#/event/AAAAAAAAAAA');
    await page.getByText('nothing is known of this event').waitFor();
    await page.evaluate(`location.hash = '#/event/${shortHashOf(jakesEvent)}'`);
    await page.getByText('Marketo has all of it').waitFor();
  }));

test('an address that leads nowhere says so', (context) =>
  withPage(context, async (page) => {
    await open(page, served.url);
    await page.evaluate(`location.hash = '#/elsewhere'`);
    await page.getByRole('heading', { name: 'No such page' }).waitFor();
    await page.getByRole('link', { name: 'Go to the flow' }).click();
    await page.getByRole('heading', { name: 'Flow' }).waitFor();
  }));
