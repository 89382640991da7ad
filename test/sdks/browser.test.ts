import { expect, it, vi, type TestContext } from 'vitest';
import { ingestTiming } from '../../lambdas/limits.ts';
import { exampleSettings, templateOf } from '../lib/support.ts';
import { pagesForThisFile } from '../support/chromium.ts';
import { openIngest, type Ingest, type Trouble } from './door.ts';
import { serveSite } from './site.ts';

const withPage = pagesForThisFile();
const template = templateOf(exampleSettings());

/** A browser on a busy machine takes its time; on a free one each test takes a second or two. */
const maxMs = 40_000;
vi.setConfig({ testTimeout: maxMs });

const email = 'jane@example.com';
const calls = `
  analytics.page();
  analytics.identify('u-1', { email: '${email}', plan: 'pro' });
  analytics.track('Signed Up', { plan: 'pro' });
`;

interface Visit {
  readonly context: TestContext;
  readonly delivery: 'standard' | 'batching';
  readonly troubles?: readonly Trouble[];
  readonly writeKey?: string;
}

/** Opens a page that makes the calls at a door, and closes it when `done` holds. */
const visit = async (
  { context, delivery, troubles = [], writeKey }: Visit,
  done: (ingest: Ingest, title: string) => void,
  afterwards: (ingest: Ingest) => Promise<void>,
): Promise<void> => {
  const ingest = await openIngest({ template, troubles });
  const { url } = ingest;
  const site = await serveSite({ url, writeKey: writeKey ?? ingest.writeKey, delivery, calls });
  try {
    await withPage(context, async (page) => {
      await page.goto(site.page);
      await vi.waitFor(
        async () => {
          done(ingest, await page.title());
        },
        { timeout: maxMs, interval: 50 },
      );
    });
    await afterwards(ingest);
  } finally {
    await site.close();
    await ingest.close();
  }
};

/** Each of the three events was in a request that was answered with 200. */
const allAnswered = ({ requests }: Ingest): void => {
  const well = requests.filter(({ status }) => status === 200);
  expect(well.reduce((sum, { events }) => sum + events, 0)).toBe(3);
};

const paths = { standard: ['/v1/i', '/v1/p', '/v1/t'], batching: ['/v1/b'] } as const;

it.concurrent.for<[Visit['delivery'], string, Trouble[]]>([
  ['standard', 'while all is well', []],
  ['standard', 'while the queue is down', ['queue down']],
  ['standard', 'while API Gateway throttles', ['gateway throttled']],
  ['standard', 'when an answer is lost after everything was accepted', ['answer lost']],
  ['batching', 'while all is well', []],
  ['batching', 'when an answer is lost after everything was accepted', ['answer lost']],
])(
  '@segment/analytics-next with %s delivery brings each event once %s',
  ([delivery, , troubles], context) =>
    visit({ context, delivery, troubles }, allAnswered, async (ingest) => {
      expect([...new Set(ingest.requests.map(({ path }) => path))].sort()).toEqual(paths[delivery]);
      const events = await ingest.events();
      expect(events.map(({ type }) => type).sort()).toEqual(['identify', 'page', 'track']);
      const { userId, traits } = events.find(({ type }) => type === 'identify') ?? {};
      expect({ userId, traits }).toEqual({ userId: 'u-1', traits: { email, plan: 'pro' } });
      // The page came before the identify, the track after it; all are of one visitor.
      expect(new Set(events.map(({ anonymousId }) => anonymousId)).size).toBe(1);
      const viewed = events.find(({ type }) => type === 'page');
      expect(viewed?.properties).toMatchObject({ path: '/pricing', search: '?plan=pro' });
    }),
);

it.concurrent(
  '@segment/analytics-next waits as long as Retry-After says when the queue pushes back',
  (context) =>
    visit(
      { context, delivery: 'standard', troubles: ['queue throttled'] },
      allAnswered,
      async ({ requests, events }) => {
        const [first, last] = [requests[0], requests.at(-1)];
        expect([first?.status, last?.path]).toEqual([429, first?.path]);
        const waited = (last?.at ?? 0) - (first?.at ?? 0);
        expect(waited).toBeGreaterThanOrEqual(ingestTiming.retryAfterSeconds * 1_000 - 50);
        expect(await events()).toHaveLength(3);
      },
    ),
);

it.concurrent(
  '@segment/analytics-next is told that its write key is wrong, and gives up',
  (context) =>
    visit(
      { context, delivery: 'standard', writeKey: 'another-key' },
      (_door, title) => {
        expect(title).toBe('3 failed');
      },
      async (ingest) => {
        expect(ingest.requests.map(({ status }) => status)).toEqual([401, 401, 401]);
        expect(await ingest.events()).toEqual([]);
      },
    ),
);
