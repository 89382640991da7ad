import { randomUUID } from 'node:crypto';

/** What one event of the load looks like on its way in. */
const eventOf = () => ({
  type: 'identify',
  messageId: randomUUID(),
  userId: randomUUID(),
  anonymousId: randomUUID(),
  timestamp: new Date().toISOString(),
  context: {
    library: { name: 'analytics.js', version: '2.1.0' },
    page: { path: '/pricing', url: 'https://www.example.com/pricing', title: 'Pricing' },
    userAgent: 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36',
    locale: 'en-US',
  },
  traits: { email: `${randomUUID()}@example.com`, firstName: 'Jane', plan: 'pro', logins: 7 },
});

/** A POST to `/v1/batch` as the HTTP API hands it to Lambda. */
export const requestOf = (writeKey: string, events: number) => ({
  version: '2.0',
  routeKey: 'POST /v1/{call+}',
  rawPath: '/v1/batch',
  rawQueryString: '',
  headers: {
    authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
    'content-type': 'application/json',
  },
  requestContext: {
    http: { method: 'POST', path: '/v1/batch', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
    requestId: randomUUID(),
    stage: '$default',
  },
  body: JSON.stringify({ batch: Array.from({ length: events }, eventOf) }),
  isBase64Encoded: false,
});

const maxEntries = 10;

/** The same number of events as entries of `SendMessageBatch`, ten a request. */
export const batchesOf = (body: string, events: number) =>
  Array.from({ length: Math.ceil(events / maxEntries) }, (_, batch) =>
    Array.from({ length: Math.min(maxEntries, events - batch * maxEntries) }, (_entry, id) => ({
      Id: String(id),
      MessageBody: body,
      MessageGroupId: randomUUID(),
      MessageDeduplicationId: randomUUID(),
    })),
  );
