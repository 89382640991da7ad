import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createForwardClock, type ForwardClock } from '../../local/clock.ts';
import { startLocal, type LocalRun } from '../../local/run.ts';

let folder: string;
let clock: ForwardClock;
let local: LocalRun;
const lines: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'marketo-destination-test-'));
  const settings = join(folder, 'settings.json');
  writeFileSync(settings, '{"hash": {"classic": true}}');
  clock = createForwardClock();
  local = await startLocal({
    port: 0,
    env: { SETTINGS_FILE: settings },
    clock,
    log: (line) => lines.push(line),
  });
}, 60_000);

afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  local.simulator?.simulator.reset();
});

const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(local.url + path, {
    method: 'POST',
    headers: {
      authorization: basic(local.writeKey),
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  });

const identify = async (email: string, traits: object = {}): Promise<void> => {
  const response = await post('/v1/identify', {
    anonymousId: `of ${email}`,
    traits: { email, ...traits },
  });
  expect([response.status, await response.json()]).toEqual([200, { success: true }]);
};

const leadsOf = async (email: string): Promise<readonly { fields: Record<string, string> }[]> => {
  const response = await fetch(`${local.url}/simulator/leads?email=${encodeURIComponent(email)}`);
  return (await response.json()) as { fields: Record<string, string> }[];
};

const eventually = (check: () => Promise<void> | void): Promise<void> =>
  vi.waitFor(check, { timeout: 15_000, interval: 50 });

/** How many events the worker has absorbed so far. */
const absorbed = (): number => lines.filter((line) => line.includes('"service":"absorb"')).length;

test('when it has started, everything is up', async () => {
  const response = await fetch(`${local.url}/health`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  expect([...local.functions.keys()]).toEqual(['ingest', 'absorb', 'sync', 'hash']);
  expect([...local.queues.urls.keys()]).toEqual([
    'marketo-destination-events-dead.fifo',
    'marketo-destination-due',
    'marketo-destination-events.fifo',
  ]);
});

test('an identify over HTTP becomes a lead in the simulated Marketo', async () => {
  await identify('jane@example.com', { firstName: 'Jane' });
  await eventually(async () => {
    expect(await leadsOf('jane@example.com')).toMatchObject([{ fields: { FirstName: 'Jane' } }]);
  });
}, 20_000);

test('what the functions log has no e-mail and no trait in it', async () => {
  await identify('private@example.com', { lastName: 'Secretperson' });
  await eventually(async () => {
    expect(await leadsOf('private@example.com')).toHaveLength(1);
  });
  const steps = lines.flatMap((line) => {
    const { step } = JSON.parse(line) as { step?: string };
    return step === undefined ? [] : [step];
  });
  expect(steps).toEqual(expect.arrayContaining(['queued', 'absorbed']));
  expect(lines.join('\n')).not.toMatch(/private@example|Secretperson|local-write-key/);
}, 20_000);

test('a wrong write key and an unknown path are refused', async () => {
  const headers = { authorization: basic('other') };
  expect((await post('/v1/identify', { userId: 'u' }, headers)).status).toBe(401);
  expect((await post('/v1/nothing', {})).status).toBe(404);
});

test('the classic hash path takes an e-mail as the browser sends it', async () => {
  for (const email of ['a+b@example.com', 'a%2Bb%40example.com']) {
    const response = await fetch(
      `${local.url}/integrations/marketo/v1/p/${email}/hash?callback=__jp0`,
    );
    expect(response.status).toBe(200);
    // SHA-1 of the simulated Marketo's private key and a+b@example.com.
    expect(await response.text()).toContain('1400b777737eec09e15a39929e03966748700f1a');
  }
});

test('a page gets a hash for the token of its back end, and for nothing else', async () => {
  const { hashToken } = (await import(
    new URL('../../backend/hash-token.js', import.meta.url).href
  )) as { hashToken: (email: string, secret: string) => string };
  const ask = (body: object) => post('/v1/hash', body, { origin: 'https://www.example.com' });
  const token = hashToken('a+b@example.com', 'local-hash-token-secret-of-this-machine');
  const hashed = await ask({ token });
  expect(hashed.headers.get('access-control-allow-origin')).toBe('*');
  expect(await hashed.json()).toEqual({ hash: '1400b777737eec09e15a39929e03966748700f1a' });
  expect((await ask({ email: 'a+b@example.com' })).status).toBe(403);
  expect((await ask({ token: `${token}x` })).status).toBe(403);
});

test('an event whose worker dies before it is absorbed arrives when SQS gives it again', async () => {
  const absorb = local.functions.get('absorb');
  absorb?.killNext();
  await identify('survivor@example.com', { firstName: 'Sue' });
  await eventually(() => {
    expect(lines.join('\n')).toMatch(/absorb: a batch of 1 failed: Runtime.ExitError/);
  });
  expect(await leadsOf('survivor@example.com')).toEqual([]);
  clock.advance(180_000);
  await eventually(async () => {
    expect(await leadsOf('survivor@example.com')).toMatchObject([{ fields: { FirstName: 'Sue' } }]);
  });
}, 40_000);

test('identifies of one lead within a second are two syncs, 30 s apart, and the last values win', async () => {
  const email = 'twice@example.com';
  await identify(email, { firstName: 'A' });
  await eventually(async () => {
    expect(await leadsOf(email)).toMatchObject([{ fields: { FirstName: 'A' } }]);
  });
  const before = absorbed();
  for (const firstName of ['B', 'C', 'D']) await identify(email, { firstName });
  await eventually(() => {
    expect(absorbed()).toBeGreaterThanOrEqual(before + 3);
  });
  await eventually(async () => {
    clock.advance(5_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await leadsOf(email)).toMatchObject([{ fields: { FirstName: 'D' } }]);
  });
  const calls = local.simulator?.simulator.calls(email) ?? [];
  expect(calls).toHaveLength(2);
  const [first, second] = calls;
  expect((second?.at ?? 0) - (first?.endedAt ?? 0)).toBeGreaterThanOrEqual(30_000);
  expect(local.simulator?.simulator.lockFaults).toBe(0);
}, 40_000);

test('a lead whose tick is lost goes out with the scheduled one', async () => {
  const email = 'lost@example.com';
  await identify(email, { firstName: 'A' });
  await eventually(async () => {
    expect(await leadsOf(email)).toHaveLength(1);
  });
  await identify(email, { firstName: 'B' });
  const QueueUrl = local.queues.urls.get('marketo-destination-due');
  const AttributeNames = ['ApproximateNumberOfMessagesDelayed'] as const;
  await eventually(async () => {
    const { Attributes = {} } = await local.queues.client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
    );
    expect(Attributes['ApproximateNumberOfMessagesDelayed']).toBe('1');
  });
  await local.queues.client.send(new PurgeQueueCommand({ QueueUrl }));
  clock.advance(240_000);
  expect(await leadsOf(email)).toMatchObject([{ fields: { FirstName: 'A' } }]);
  await local.queues.client.send(
    new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ scheduled: true }) }),
  );
  await eventually(async () => {
    expect(await leadsOf(email)).toMatchObject([{ fields: { FirstName: 'B' } }]);
  });
}, 40_000);

test('the simulated Marketo is closed to pages of other sites, and open to the demo page', async () => {
  const statusFor = async (origin: string) =>
    (await fetch(`${local.url}/simulator/leads`, { headers: { origin } })).status;
  expect(await statusFor('https://evil.example')).toBe(403);
  expect(await statusFor(local.url)).toBe(200);
});
