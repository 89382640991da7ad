import { Analytics } from '@segment/analytics-node';
import LegacyAnalytics from 'analytics-node';
import { describe, expect, it } from 'vitest';
import { exampleSettings, templateOf } from '../lib/support.ts';
import { ingestTiming } from '../../lambdas/limits.ts';
import { openIngest, type Ingest, type Trouble } from './door.ts';

const template = templateOf(exampleSettings());

/** What every SDK here is made to send: an identify, a page and a track of this user. */
const userId = 'u-1';
const traits = { email: 'jane@example.com', plan: 'pro' };
const properties = { url: 'https://www.example.com/pricing?plan=pro' };

/** Sends the calls and resolves, when the SDK is done with them, to what it says went wrong. */
type Sdk = (ingest: Pick<Ingest, 'url' | 'writeKey'>) => Promise<readonly string[]>;

const current: Sdk = async ({ url, writeKey }) => {
  const analytics = new Analytics({ host: url, writeKey, flushInterval: 10 });
  const failures: string[] = [];
  analytics.on('error', ({ reason }) => failures.push(String(reason)));
  analytics.identify({ userId, traits });
  analytics.page({ userId, properties });
  analytics.track({ userId, event: 'Signed Up', properties });
  await analytics.closeAndFlush({ timeout: 15_000 });
  return failures;
};

const legacy: Sdk = async ({ url, writeKey }) => {
  const failures: string[] = [];
  const errorHandler = ({ message }: Error): void => {
    failures.push(message);
  };
  // The first call goes at once, whatever `flushAt` says; the other two share a batch.
  const analytics = new LegacyAnalytics(writeKey, { host: url, flushAt: 2, errorHandler });
  const sent = [
    new Promise<unknown>((done) => analytics.identify({ userId, traits }, done)),
    new Promise<unknown>((done) => analytics.page({ userId, properties }, done)),
    new Promise<unknown>((done) =>
      analytics.track({ userId, event: 'Signed Up', properties }, done),
    ),
  ];
  await Promise.all(sent);
  return failures;
};

const sdks: readonly (readonly [string, Sdk])[] = [
  ['@segment/analytics-node', current],
  ['analytics-node', legacy],
];
const troubles: readonly (readonly [string, readonly Trouble[], readonly (number | 'lost')[]])[] = [
  ['while all is well', [], []],
  ['while the queue is down', ['queue down'], [503]],
  ['while the queue pushes back', ['queue throttled'], [429]],
  ['while API Gateway throttles', ['gateway throttled'], [429]],
  ['when an answer is lost after everything was accepted', ['answer lost'], ['lost']],
  ['through one trouble after another', ['queue down', 'answer lost'], [503, 'lost']],
];

const withIngest = async (
  befalling: readonly Trouble[],
  use: (ingest: Ingest) => Promise<void>,
): Promise<void> => {
  const ingest = await openIngest({ template, troubles: befalling });
  await use(ingest).finally(ingest.close);
};

describe.concurrent.each(sdks)('%s', (_name, sdk) => {
  it.each(troubles)('brings each event once %s', (_when, befalling, statuses) =>
    withIngest(befalling, async (ingest) => {
      expect(await sdk(ingest)).toEqual([]);
      const seen = ingest.requests.map(({ status }) => status);
      expect(seen.filter((status) => status !== 200)).toEqual(statuses);
      expect(seen.at(-1)).toBe(200);
      const events = await ingest.events();
      expect(events.map(({ type }) => type).sort()).toEqual(['identify', 'page', 'track']);
      expect(events.find(({ type }) => type === 'identify')).toMatchObject({ userId, traits });
      expect(events.find(({ type }) => type === 'page')).toMatchObject({ userId, properties });
    }),
  );

  it('is told that its write key is wrong, and does not try again', () =>
    withIngest([], async (ingest) => {
      const failures = await sdk({ url: ingest.url, writeKey: 'another-key' });
      expect(failures).not.toEqual([]);
      // No event was in more than one request.
      expect(ingest.requests.length).toBeLessThanOrEqual(3);
      expect(new Set(ingest.requests.map(({ status }) => status))).toEqual(new Set([401]));
      expect(await ingest.events()).toEqual([]);
    }));
});

it.concurrent('the current SDK waits as long as Retry-After says', () =>
  withIngest(['queue throttled'], async (ingest) => {
    await current(ingest);
    const [first, second] = ingest.requests;
    const waited = (second?.at ?? 0) - (first?.at ?? 0);
    expect(waited).toBeGreaterThanOrEqual(ingestTiming.retryAfterSeconds * 1_000 - 50);
  }),
);
