import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Analytics } from '@segment/analytics-node';
import { expect, it } from 'vitest';
import { closeServer, listen } from '../../local/listen.ts';
import { exampleSettings, templateOf } from '../lib/support.ts';
import { clientRows } from './clientRows.ts';
import { openIngest } from './door.ts';
import { runInNode } from './programs.ts';

const template = templateOf(exampleSettings());

it('@segment/analytics-node with oauthSettings sends a token in the header and its key in the body', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const tokens = createServer((request, response) => {
    request.resume().on('end', () => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ access_token: 'an.access.token', expires_in: 3_600 }));
    });
  });
  const authServer = await listen(tokens);
  const ingest = await openIngest({ template });
  try {
    const { url: host, writeKey } = ingest;
    const oauthSettings = { clientId: 'c', clientKey: privateKey, keyId: 'k', authServer };
    const analytics = new Analytics({ host, writeKey, flushInterval: 10, oauthSettings });
    analytics.page({ userId: 'u-1', name: 'Pricing' });
    await analytics.closeAndFlush({ timeout: 15_000 });
    expect(ingest.requests).toMatchObject([{ status: 200, auth: 'Bearer' }]);
    expect(await ingest.events()).toHaveLength(1);
  } finally {
    await Promise.all([ingest.close(), closeServer(tokens)]);
  }
});

it('Customer.io’s Node client sends again after a 401, for nothing', async () => {
  const row = clientRows.find(({ npm }) => npm === '@customerio/cdp-analytics-node');
  const ingest = await openIngest({ template });
  try {
    if (row) await runInNode(row, { url: ingest.url, writeKey: 'another-key' });
    expect(ingest.requests.length).toBeGreaterThan(1);
    expect(new Set(ingest.requests.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await ingest.events()).toEqual([]);
  } finally {
    await ingest.close();
  }
});
