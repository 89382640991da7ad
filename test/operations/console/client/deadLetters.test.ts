import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { OperationsError } from '../../../../operations/error.ts';
import { pagesForThisFile } from '../../../support/chromium.ts';
import { badAddress, refusedFields } from './fake/dead.ts';
import { createFakeOperations, type FakeOperations } from './fake/operations.ts';
import { serveConsole } from './served.ts';
import { eventually, maxMs, open } from './support.ts';

vi.setConfig({ testTimeout: maxMs, hookTimeout: maxMs });

const withPage = pagesForThisFile();

/** Shows the dead letters of a destination that has so many. */
const withDead = async (
  page: Page,
  many: number,
  use: (operations: FakeOperations) => Promise<void>,
): Promise<void> => {
  const operations = createFakeOperations(many);
  const served = await serveConsole(operations);
  try {
    await open(page, served.url, '#/dead');
    await use(operations);
  } finally {
    await served.stop();
  }
};

const groupOf = (page: Page, because: string) => page.locator('.group', { hasText: because });
const askedTo = ({ asked }: FakeOperations) => asked.filter((call) => /^(resend|drop)/.test(call));

test('dead letters stand by reason, the most frequent first', (context) =>
  withPage(context, (page) =>
    withDead(page, 24, async () => {
      const reasons = await page.locator('.group h3 label').allInnerTexts();
      expect(reasons[0]).toBe(refusedFields);
      expect(reasons).toHaveLength(5);
      expect(await groupOf(page, refusedFields).locator('h3 .badge').innerText()).toBe('12');
      expect(await groupOf(page, 'could not be read').innerText()).toContain('event');
      const row = groupOf(page, refusedFields).locator('tbody tr').first();
      expect(await row.innerText()).toMatch(/FavoriteColor\s+green/);
      await row.getByText('more field').click();
      expect(await row.innerText()).toContain('Asked for a quote');
    }),
  ));

test('ticked ones are resent after a question, and what became of each is told', (context) =>
  withPage(context, (page) =>
    withDead(page, 24, async (operations) => {
      await page.getByRole('checkbox', { name: badAddress }).check();
      await page.getByText('4 ticked').waitFor();
      await page.getByRole('button', { name: 'Resend…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Resend 4 dead letters?' });
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      expect(askedTo(operations)).toEqual([]);

      await page.getByRole('button', { name: 'Resend…' }).click();
      await dialog.getByRole('button', { name: 'Resend 4' }).click();
      await page.getByText('3 resent').waitFor();
      await page.getByText('a newer event said something else').waitFor();
      await groupOf(page, badAddress).waitFor({ state: 'detached' });
      expect(askedTo(operations)).toEqual(['resend dead#1,dead#7,dead#13,dead#19']);
      expect(await page.locator('.headline').innerText()).toBe('20 dead letters');
    }),
  ));

test('dropping asks first, and Escape is no', (context) =>
  withPage(context, (page) =>
    withDead(page, 6, async (operations) => {
      await groupOf(page, 'could not be read').locator('tbody').getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Drop…' }).click();
      await page.getByText('They are deleted for good.').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(operations.letters).toHaveLength(6);

      await page.getByRole('button', { name: 'Drop…' }).click();
      await page.getByRole('button', { name: 'Drop 1' }).click();
      await page.getByText('1 dropped').waitFor();
      expect(operations.letters.map(({ id }) => id)).not.toContain('event#1');
    }),
  ));

test('what could not be resent is said, and stays ticked', (context) =>
  withPage(context, (page) =>
    withDead(page, 6, async (operations) => {
      await groupOf(page, badAddress).getByRole('checkbox').first().check();
      await page.getByRole('button', { name: 'Resend…' }).click();
      operations.fails(new OperationsError('denied', 'AWS does not let you write to the table.'));
      await page.getByRole('button', { name: 'Resend 1' }).click();
      await page.locator('.dead-actions').getByText('AWS does not let you write').waitFor();
      expect(await page.getByText('1 ticked').isVisible()).toBe(true);
      expect(operations.letters).toHaveLength(6);
    }),
  ));

test('when others come the page says so, and shows them where nothing is ticked', (context) =>
  withPage(context, (page) =>
    withDead(page, 6, async (operations) => {
      const [letter] = operations.letters;
      if (!letter) throw new Error('the fake has no letter');
      await page.getByText('6 dead letters').waitFor();
      operations.letters.push({ ...letter, id: 'dead#new', because: 'something new' });
      await groupOf(page, 'something new').waitFor();
      await groupOf(page, 'something new').getByRole('checkbox').first().check();
      operations.letters.push({ ...letter, id: 'dead#newer', because: 'something newer' });
      await page.getByText('Some came or went since.').waitFor();
      expect(await groupOf(page, 'something newer').count()).toBe(0);
      await page.getByRole('button', { name: 'Look again' }).click();
      await groupOf(page, 'something newer').waitFor();
      expect(await page.getByText('1 ticked').isVisible()).toBe(true);
    }),
  ));

test('thousands of dead letters load page by page, into a small page', (context) =>
  withPage(context, (page) =>
    withDead(page, 2_000, async (operations) => {
      await page.getByText('500 dead letters, and there are more').waitFor();
      await page.getByRole('button', { name: 'Load more than these 500' }).click();
      await page.getByText('1,000 dead letters, and there are more').waitFor();
      expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(5_000);
      await page.getByRole('checkbox', { name: refusedFields }).check();
      await page.getByRole('button', { name: 'Resend…' }).click();
      await page.getByRole('button', { name: 'Resend 500' }).click();
      await eventually(() => {
        expect(operations.letters).toHaveLength(1_500);
      });
    }),
  ));
