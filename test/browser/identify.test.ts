import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ServedSimulator } from '../../simulator/server.ts';
import { startLocal, type LocalRun } from '../../local/run.ts';
import { hashToken } from '../hash/support.ts';
import { pagesForThisFile } from '../support/chromium.ts';
import { bundledPage, openShop, type Shop } from './shop.ts';

const withPage = pagesForThisFile();

/** A browser and a pipeline on a busy machine take their time. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const munchkinId = '000-AAA-000';
const tokenSecret = 'the-secret-of-this-test-file-and-no-other';
const privateKey = 'private-key-of-this-test-file';
let shop: Shop;
let local: LocalRun;
let marketo: ServedSimulator;
const lines: string[] = [];

beforeAll(async () => {
  shop = await openShop();
  local = await startLocal({
    port: 0,
    env: {
      SETTINGS_FILE: join(import.meta.dirname, '../support/empty-settings.json'),
      MARKETO_MUNCHKIN_ID: munchkinId,
      MUNCHKIN_PRIVATE_KEY: privateKey,
      HASH_TOKEN_SECRETS: tokenSecret,
      MARKETO_API: 'soap',
      HASH_CLASSIC: 'true',
      HASH_ACCESS: 'origins',
      HASH_ALLOWED_ORIGINS: JSON.stringify([shop.url]),
    },
    log: (line) => lines.push(line),
  });
  if (!local.simulator) throw new Error('the run talks to a real Marketo');
  marketo = local.simulator;
});

afterAll(async () => {
  await local.close();
  await shop.close();
});

/** Options as a page writes them, with `more` in their place. */
const options = (more = '', munchkin = 'munchkin.js'): string => `{
  munchkinId: '${munchkinId}', munchkinUrl: '${marketo.url}/${munchkin}',
  endpoint: '${local.url}', writeKey: '${local.writeKey}', ${more} }`;

const eventually = (check: () => void): Promise<void> =>
  vi.waitFor(check, { timeout: 30_000, interval: 50 });

/** Sorted: beacons of one moment may arrive in any order. */
const pathsOf = (email: string): readonly string[] =>
  marketo.simulator
    .visits(email)
    .map(({ path }) => path)
    .sort();

const hashOf = (email: string): string =>
  createHash('sha1')
    .update(privateKey + email)
    .digest('hex');

// At once: each of them waits until the worker gathers its next batch.
describe.concurrent('identify by the server', () => {
  test('makes the lead, and gives it the visits from before', (context) =>
    withPage(context, async (page) => {
      const program = `
        analytics.page();
        analytics.identify('u-1', { email: 'jane@example.com', firstName: 'Jane' });
        analytics.track('Signed Up');`;
      const { errors } = await shop.open(page, bundledPage(options(), program), '/welcome');
      await eventually(() => {
        expect(marketo.simulator.leads('jane@example.com')).toMatchObject([
          { fields: { FirstName: 'Jane' } },
        ]);
        expect(pathsOf('jane@example.com')).toEqual(['/event/Signed-Up', '/welcome']);
      });
      expect(errors).toEqual([]);
    }));

  test.for([
    ['old', `id:${munchkinId}&token:_mch-example.com-1374552656411-90718`],
    ['new', `id%3A${munchkinId}%26token%3A_mch-example.com-0123456789abcdef0123456789abcdef`],
  ] as const)('takes the cookie in its %s form', ([form, value], context) =>
    withPage(context, async (page) => {
      await page.context().addCookies([{ name: '_mkto_trk', value, url: shop.url }]);
      const email = `${form}@example.com`;
      const program = `analytics.identify({ email: '${email}' }); analytics.page();`;
      await shop.open(page, bundledPage(options(), program), `/${form}`);
      const token = decodeURIComponent(value).split('token:')[1];
      await eventually(() => {
        expect(marketo.simulator.leads(email)).toMatchObject([{ cookies: [token] }]);
        expect(pathsOf(email)).toEqual([`/${form}`]);
      });
    }),
  );

  test('arrives once after an outage, with the very message of the SDK', (context) =>
    withPage(context, async (page) => {
      const sent: Record<string, unknown>[] = [];
      let left = 1;
      await page.route('**/v1/identify', (route) => {
        sent.push(route.request().postDataJSON() as Record<string, unknown>);
        left -= 1;
        return left < 0 ? route.continue() : route.abort();
      });
      const program = `analytics.identify('u-2', { email: 'later@example.com' })
        .then(({ event }) => (window.event = event));`;
      await shop.open(page, bundledPage(options(), program));
      await eventually(() => {
        expect(marketo.simulator.leads('later@example.com')).toHaveLength(1);
      });
      const event = await page.evaluate<Record<string, unknown>>(
        'JSON.parse(JSON.stringify(event))',
      );
      const { messageId, timestamp, anonymousId, userId } = event;
      expect(sent).toHaveLength(2);
      for (const message of sent) {
        expect(message).toMatchObject({ messageId, timestamp, anonymousId, userId });
      }
    }));

  test('goes with a cookie at once where Munchkin makes none by itself', (context) =>
    withPage(context, async (page) => {
      const email = 'no-anonymous@example.com';
      const program = `analytics.identify('no-anonymous', { email: '${email}' });`;
      const more = 'munchkin: { cookieAnon: false }, loadTimeout: 600_000,';
      await shop.open(page, bundledPage(options(more), program));
      await eventually(() => {
        const [lead] = marketo.simulator.leads(email);
        expect(lead?.cookies).toHaveLength(1);
      });
    }));

  test('goes out when the visitor leaves while Munchkin is still awaited', (context) =>
    withPage(context, async (page) => {
      await page.route('**/munchkin.js', () => undefined);
      const program = `analytics.identify({ email: 'leaving@example.com' })
        .then(() => (window.given = true));`;
      await shop.open(page, bundledPage(options(), program));
      await page.waitForFunction('window.given');
      await page.goto('about:blank');
      await eventually(() => {
        expect(marketo.simulator.leads('leaving@example.com')).toHaveLength(1);
      });
    }));

  test('is given up at once where the write key is wrong, and the log says so', (context) =>
    withPage(context, async (page) => {
      const program = `analytics.identify({ email: 'wrong@example.com' })
        .then((sent) => (window.context = sent));`;
      const wrong = options("writeKey: 'wrong',");
      const { errors } = await shop.open(page, bundledPage(wrong, program));
      await page.waitForFunction(
        `window.context?.logs().some(({ message }) => /^Marketo: .*401/.test(message))`,
      );
      expect(errors).toEqual([]);
    }));
});

describe('identify by associateLead', () => {
  const byMunchkin = (more: string, munchkin: string): string =>
    options(`identify: associateLead, ${more}`, munchkin);

  const traits = (email: string): string => `{ email: '${email}', name: 'Ann Lee',
    address: { city: 'Bern' }, title: 'Dr' }`;

  test('makes the lead with Munchkin 160, with a token of the back end', (context) =>
    withPage(context, async (page) => {
      const email = 'Ann@example.com';
      const given = `hashToken: async () => '${hashToken(email, tokenSecret)}',`;
      const program = `analytics.page(); analytics.identify('u-3', ${traits(email)});`;
      const html = bundledPage(byMunchkin(given, '160/munchkin.js'), program);
      const { requests, errors } = await shop.open(page, html, '/ann');
      await eventually(() => {
        expect(marketo.simulator.leads(email)).toMatchObject([
          { email, fields: { FirstName: 'Ann', LastName: 'Lee', City: 'Bern' } },
        ]);
        expect(pathsOf(email)).toEqual(['/ann']);
      });
      expect(requests).not.toContain(`${local.url}/v1/identify`);
      expect(errors).toEqual([]);
    }));

  test('asks with the e-mail where the operator opened the hash API to this origin', (context) =>
    withPage(context, async (page) => {
      const email = 'open@example.com';
      const program = `analytics.identify(${traits(email)});`;
      await shop.open(page, bundledPage(byMunchkin('', '160/munchkin.js'), program));
      await eventually(() => {
        expect(marketo.simulator.leads(email)).toHaveLength(1);
      });
    }));

  test('does nothing with Munchkin 164, as Marketo has it', (context) =>
    withPage(context, async (page) => {
      const program = `analytics.identify(${traits('none@example.com')}); analytics.track('After');`;
      const html = bundledPage(byMunchkin('', 'munchkin.js'), program);
      const { requests } = await shop.open(page, html);
      await page.waitForResponse('**/v1/hash');
      await eventually(() => {
        expect(marketo.simulator.visits().map(({ path }) => path)).toContain('/event/After');
      });
      expect(requests.filter((url) => url.includes('associateLead'))).toEqual([]);
      expect(marketo.simulator.leads('none@example.com')).toEqual([]);
    }));

  test.for([
    ['the token is not good', "hashToken: () => 'v1.1.x.y',", 'the hash was refused (403)'],
    ['no token comes', 'hashToken: () => Promise.reject(),', 'Marketo: '],
    ['the back end is gone', "hashToken: () => { throw new Error('x') },", 'Marketo: Error'],
  ] as const)('calls nothing and tells the log where %s', ([, given, says], context) =>
    withPage(context, async (page) => {
      const program = `analytics.identify(${traits('refused@example.com')})
        .then((sent) => (window.context = sent));`;
      const html = bundledPage(byMunchkin(given, '160/munchkin.js'), program);
      const { requests, errors } = await shop.open(page, html);
      await page.waitForFunction(
        `window.context?.logs().some(({ message }) => message.includes(${JSON.stringify(says)}))`,
      );
      expect(requests.filter((url) => url.includes('associateLead'))).toEqual([]);
      expect(errors).toEqual([]);
      const logs = await page.evaluate<string>(
        `JSON.stringify(context.logs().filter(({ message }) => message.startsWith('Marketo')))`,
      );
      expect(logs).not.toContain('example.com');
    }),
  );
});

describe('the classic client, with the package that it asks with,', () => {
  test.for(['classic@example.com', 'a+b@example.com'])(
    'gets its hash from our host and associates the lead: %s',
    (email, context) =>
      withPage(context, async (page) => {
        const html = `<script src="/bundled.js"></script>
          <script src="${marketo.url}/160/munchkin.js"></script><script>
          Munchkin.init('${munchkinId}', { asyncOnly: true });
          jsonp('${local.url}/integrations/marketo/v1/project/${email}/hash', (error, hash) => {
            window.hash = hash;
            mktoMunchkinFunction('associateLead', { Email: '${email}', FirstName: 'Cla' }, hash);
          });</script>`;
        const { errors } = await shop.open(page, html, '/classic');
        await page.waitForFunction('window.hash');
        expect(await page.evaluate('hash')).toBe(hashOf(email));
        await eventually(() => {
          expect(marketo.simulator.leads(email)).toMatchObject([{ fields: { FirstName: 'Cla' } }]);
          expect(pathsOf(email)).toEqual(['/classic']);
        });
        expect(errors).toEqual([]);
      }),
  );
});

test('none of it left an e-mail or a cookie in a log of the pipeline', () => {
  const log = lines.join('\n');
  expect(log).toContain('"step":"synced"');
  for (const secret of ['example.com', '_mch-', tokenSecret, privateKey, local.writeKey]) {
    expect(log).not.toContain(secret);
  }
});
