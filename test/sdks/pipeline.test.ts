import { join } from 'node:path';
import { Analytics } from '@segment/analytics-node';
import LegacyAnalytics from 'analytics-node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { leadTiming } from '../../lambdas/limits.ts';
import { createForwardClock } from '../../local/clock.ts';
import { startLocal, type LocalRun } from '../../local/run.ts';
import { pagesForThisFile } from '../support/chromium.ts';
import { clientRows } from './clientRows.ts';
import { runInNode, servePage } from './programs.ts';
import { serveSite } from './site.ts';

const withPage = pagesForThisFile();

/** What follows a lead's first call waits for its lock: so much goes by at once, now and then. */
const leapMs = leadTiming.lockMs;
const leapEveryMs = 8_000;

let local: LocalRun;
let leaping: NodeJS.Timeout | undefined;
beforeAll(async () => {
  const clock = createForwardClock();
  local = await startLocal({
    port: 0,
    clock,
    env: {
      SETTINGS_FILE: join(import.meta.dirname, '../support/empty-settings.json'),
      MARKETO_API: 'rest',
    },
    log: () => undefined,
  });
  leaping = setInterval(() => {
    clock.advance(leapMs);
  }, leapEveryMs);
}, 60_000);
afterAll(async () => {
  clearInterval(leaping);
  await local.close();
});

const inspect = async (what: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  (await (await fetch(`${local.url}/simulator/${what}`)).json()) as Record<string, unknown>[];

const maxMs = 150_000;
vi.setConfig({ testTimeout: maxMs });

/** Waits until Marketo has one lead with the e-mail and the plan, and one visit of it. */
const arrives = (email: string, query?: string): Promise<void> =>
  vi.waitFor(
    async () => {
      const leads = await inspect(`leads?email=${encodeURIComponent(email)}`);
      expect(leads).toMatchObject([{ email, fields: { Plan: 'pro' } }]);
      const visits = (await inspect('visits')).filter((visit) => visit.email === email);
      const tracked = visits.filter(({ path }) => path === '/event/Signed-Up');
      expect(tracked).toMatchObject([query === undefined ? {} : { query }]);
    },
    { timeout: maxMs, interval: 50 },
  );

it('what @segment/analytics-node sends arrives in Marketo', async () => {
  const email = 'current@example.com';
  const { url: host, writeKey } = local;
  const analytics = new Analytics({ host, writeKey, flushInterval: 10 });
  analytics.identify({ userId: 'current', traits: { email, plan: 'pro' } });
  analytics.track({ userId: 'current', event: 'Signed Up', properties: { by: 'node' } });
  await analytics.closeAndFlush();
  await arrives(email, 'by=node&');
});

it('what analytics-node 6 sends arrives in Marketo', async () => {
  const email = 'legacy@example.com';
  const analytics = new LegacyAnalytics(local.writeKey, { host: local.url, flushAt: 1 });
  const failure = await new Promise((done) =>
    analytics.identify({ userId: 'legacy', traits: { email, plan: 'pro' } }, done),
  );
  expect(failure).toBeUndefined();
  await new Promise((done) =>
    analytics.track({ userId: 'legacy', event: 'Signed Up', properties: { by: 'six' } }, done),
  );
  await arrives(email, 'by=six&');
});

// Side by side: each takes its time to start.
it.concurrent.for(clientRows.map((row, place) => [row.client, row, place] as const))(
  'what %s sends arrives in Marketo',
  async ([, row, place], context) => {
    const email = `client-${place}@example.com`;
    const program = row.program
      .replaceAll('jane@example.com', email)
      .replaceAll('u-1', `client-${place}`);
    const made = { ...row, program };
    if (row.runs !== 'browser') {
      await runInNode(made, local);
      await arrives(email);
      return;
    }
    const page = await servePage(made, local);
    await withPage(context, async (tab) => {
      await tab.goto(page.url);
      await arrives(email);
    }).finally(page.close);
  },
);

it('what @segment/analytics-next sends from a browser arrives in Marketo', async (context) => {
  const email = 'browser@example.com';
  const calls = `
    analytics.identify('browser', { email: '${email}', plan: 'pro' });
    analytics.track('Signed Up', { by: 'browser' });
  `;
  const site = await serveSite({ ...local, delivery: 'standard', calls });
  try {
    await withPage(context, async (page) => {
      await page.goto(site.page);
      await arrives(email, 'by=browser&');
    });
  } finally {
    await site.close();
  }
});
