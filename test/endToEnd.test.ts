import { join } from 'node:path';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LocalRun } from '../local/run.ts';
import { startLocal } from '../local/run.ts';
import { isReal, startDynamoDbLocal } from './support/dynamo.ts';

const jane = 'jane@example.com';
const cookie = 'id:000-AAA-000&token:_mch-example.com-1374552656411-90718';
describe.each(['soap', 'rest'])('over %s:', (api) => {
  let local: LocalRun;
  let analytics: Analytics;
  let dynamo: Awaited<ReturnType<typeof startDynamoDbLocal>> | undefined;
  const lines: string[] = [];

  beforeAll(async () => {
    dynamo = isReal ? await startDynamoDbLocal() : undefined;
    local = await startLocal({
      port: 0,
      dynamoUrl: dynamo?.url,
      // A developer's own settings stay out of the test.
      env: {
        SETTINGS_FILE: join(import.meta.dirname, 'support/empty-settings.json'),
        MARKETO_API: api,
      },
      log: (line) => lines.push(line),
    });
    analytics = new Analytics({ writeKey: local.writeKey, host: local.url, flushInterval: 50 });
  }, 60_000);

  afterAll(async () => {
    await analytics.closeAndFlush();
    await local.close();
    await dynamo?.close();
  });

  const inspect = async (what: string): Promise<Record<string, unknown>[]> =>
    (await (await fetch(`${local.url}/simulator/${what}`)).json()) as Record<string, unknown>[];

  /** Waits for the pipeline, which is asynchronous by nature; the test's own timeout is the limit. */
  const eventually = (check: () => Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: 30_000, interval: 100 });

  describe('events from Segment’s own SDK', () => {
    it('become the lead, its fields and its visits in Marketo', async () => {
      analytics.page({
        anonymousId: 'a-1',
        properties: { url: 'https://www.example.com/pricing?plan=pro' },
      });
      analytics.identify({
        userId: 'u-1',
        anonymousId: 'a-1',
        traits: { email: jane, first_name: 'Jane', plan: 'pro', address: { city: 'Bern' } },
        context: { Marketo: { marketoCookie: cookie } },
      });
      await eventually(async () => {
        expect(await inspect('leads')).toMatchObject([
          { email: jane, fields: { FirstName: 'Jane', Plan: 'pro', City: 'Bern' } },
        ]);
        expect(await inspect('visits')).toMatchObject([{ path: '/pricing', query: 'plan=pro' }]);
      });
      // A track of the server knows no cookie; it lands on the one that the identify brought.
      analytics.track({ userId: 'u-1', event: 'Signed Up', properties: { plan: 'pro' } });
      await eventually(async () => {
        const [, signedUp] = await inspect('visits');
        expect(signedUp).toMatchObject({
          path: '/event/Signed-Up',
          query: 'plan=pro&',
          token: '_mch-example.com-1374552656411-90718',
          email: jane,
        });
      });
    }, 40_000);

    it('leave no e-mail, trait or key in any log line', () => {
      const log = lines.join('\n');
      expect(log).toContain('"step":"synced"');
      for (const secret of [jane, 'Jane', 'Bern', local.writeKey, '_mch-'])
        expect(log).not.toContain(secret);
    });
  });
});
