import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { leadIdOf, shortHashOf } from '../../../../lambdas/digest.ts';
import { pagesForThisFile } from '../../../support/chromium.ts';
import { createFakeOperations } from './fake/operations.ts';
import { jake, jakesEvent } from './fake/jake.ts';
import { serveConsole, type Served } from './served.ts';
import { maxMs, open } from './support.ts';

vi.setConfig({ testTimeout: maxMs, hookTimeout: maxMs });

const withPage = pagesForThisFile();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let served: Served;

beforeAll(async () => {
  served = await serveConsole(createFakeOperations(24));
});

afterAll(() => served.stop());

/** The page’s own policy lets no other script in, so axe is evaluated, not added. */
const violations = `axe.run(document).then(({ violations }) => violations.map(
  ({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`;

test.for([
  ['flow', '#/', '.columns a'],
  ['events', '#/events', '.events-table tbody tr'],
  ['people', '#/people', 'form.filter'],
  ['problems', '#/problems', '.problem'],
  ['preview', '#/preview', '.preview-table'],
  ['health', '#/health', '#checks-title'],
  ['budget', '#/budget', '.figures'],
  ['dead letters', '#/dead', '.dead-table'],
  ['lead', `#/lead/${leadIdOf(jake)}`, '.fields-table'],
  ['event', `#/event/${shortHashOf(jakesEvent)}`, '.steps'],
] satisfies readonly (readonly [string, string, string])[])(
  'axe finds nothing on the page “%s” that keeps somebody out, in light and dark',
  ([, hash, ready], context) =>
    withPage(context, async (page) => {
      await open(page, served.url, hash);
      await page.locator(ready).first().waitFor();
      await page.evaluate(axe);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        expect(await page.evaluate<string[]>(violations)).toEqual([]);
      }
    }),
);
