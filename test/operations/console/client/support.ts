import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';

/** A browser on a busy machine takes its time. */
export const maxMs = 60_000;

/** Waits until this no longer throws. */
export const eventually = <Value>(look: () => Promise<Value> | Value): Promise<Value> =>
  vi.waitFor(look, { timeout: maxMs / 3, interval: 25 });

interface Troubles {
  /** Uncaught errors, and what the browser complains of: a breach of the policy, for one. */
  readonly errors: string[];
  /** All addresses that were asked for. */
  readonly addresses: string[];
}

/** Opens the console's page with this behind its `#`, and writes down what goes wrong in it. */
export const open = async (page: Page, url: string, hash = ''): Promise<Troubles> => {
  const troubles: Troubles = { errors: [], addresses: [] };
  page.setDefaultTimeout(maxMs / 2);
  page.on('pageerror', ({ message }) => troubles.errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.errors.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) troubles.addresses.push(request.url());
  });
  await page.goto(url + hash);
  await page.locator('main .card, main .stage, main .notice').first().waitFor();
  return troubles;
};

/** Pictures of the pages, to look at. */
export const pictureOf = (name: string): string =>
  join(import.meta.dirname, '../../../../test-artifacts/console', `${name}.png`);

export const hashOfPage = (page: Page): string => new URL(page.url()).hash;
